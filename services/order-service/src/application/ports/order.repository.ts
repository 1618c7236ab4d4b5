import type { Page, PageRequest } from '@vici/database';
import type { HistoryEntry, Order } from '../../domain/order.entity.js';
import type { OrderStatus } from '../../domain/order-status.js';

/** One page of a user's orders; the total stops counting at a bound. */
export interface OrderPage extends Page<Order> {
  readonly totalIsEstimate: boolean;
}

/** Where orders are kept. */
export abstract class OrderRepository {
  /** Stores a new order with its lines and history, when the transaction commits. */
  abstract insert(order: Order): Promise<void>;

  /**
   * Stores a change of status with its history; `replaceContent` also rewrites lines, addresses and amounts.
   * @throws DomainError VERSION_MISMATCH when somebody else changed the order in between
   */
  abstract update(order: Order, options?: { replaceContent: boolean }): Promise<void>;

  /** `update` with the commit of the transaction, which is refused when somebody else changed the order in between. */
  abstract updateWithCommit(order: Order): Promise<void>;

  abstract find(id: string): Promise<Order | undefined>;

  /** As `find`, and nobody else can change the order until the transaction ends. */
  abstract findLocked(id: string): Promise<Order | undefined>;

  /** The user's orders, newest first. */
  abstract listOf(userId: string, status: OrderStatus | undefined, page: PageRequest): Promise<OrderPage>;

  /** Oldest first. */
  abstract history(orderId: string): Promise<readonly HistoryEntry[]>;
}

/** Gives out order numbers: unique, rising per process, gaps allowed. Never call it inside a transaction. */
export abstract class OrderNumbers {
  abstract next(at: Date): Promise<string>;
}
