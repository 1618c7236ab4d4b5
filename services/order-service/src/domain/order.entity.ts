import type { Id } from '@vici/utils/domain';
import type { OrderContent } from './order-content.js';
import { type OrderStatus, orderStatusMachine } from './order-status.js';

/** Parcel tracking, known from shipment on. */
export interface Tracking {
  readonly trackingNumber: string;
  readonly carrier: string;
  readonly url: string;
  readonly shippedAt?: Date;
  readonly estimatedDelivery?: Date;
}

/** One step in an order's life. */
export interface HistoryEntry {
  readonly status: OrderStatus;
  readonly note: string;
  /** customer, support, admin, system, or a service's name. */
  readonly updatedBy: string;
  readonly at: Date;
}

/** Everything stored of an order. */
export interface OrderState {
  readonly id: Id<'Order'>;
  readonly number: string;
  readonly userId: string;
  readonly status: OrderStatus;
  readonly content: OrderContent;
  readonly paymentId: string;
  readonly tracking?: Tracking;
  /** Grows with every change; guards against a change by someone else in between. */
  readonly version: number;
  readonly placedAt: Date;
  readonly updatedAt: Date;
}

const SERVICE = 'order-service';

/** An order. Every change of its status goes through the state machine and leaves a history entry. */
export class Order {
  private current: OrderState;
  private readonly entries: HistoryEntry[] = [];

  private constructor(state: OrderState) {
    this.current = state;
  }

  /** A new order that waits for its payment. */
  static place(
    order: Pick<OrderState, 'id' | 'number' | 'userId' | 'content' | 'paymentId'>,
    at: Date,
  ): Order {
    const placed = new Order({
      ...order,
      status: 'PAYMENT_PENDING',
      version: 1,
      placedAt: at,
      updatedAt: at,
    });
    placed.record('Order placed, waiting for the payment', 'customer');
    return placed;
  }

  /** An order as it was stored. */
  static restore(state: OrderState): Order {
    return new Order(state);
  }

  get state(): OrderState {
    return this.current;
  }

  /** What happened since the order was placed or restored, not stored yet. */
  get newHistory(): readonly HistoryEntry[] {
    return this.entries;
  }

  /** Whether the order can still be cancelled. */
  get isCancellable(): boolean {
    return orderStatusMachine.can(this.current.status, 'CANCELLED');
  }

  /** @throws DomainError INVALID_TRANSITION once the order has left the warehouse or has ended */
  assertCancellable(): void {
    orderStatusMachine.assert(this.current.status, 'CANCELLED');
  }

  /** The stock is taken and the payment captured. */
  confirm(at: Date): void {
    this.move('CONFIRMED', 'Payment received, order confirmed', SERVICE, at);
  }

  /** The payment was declined; the shopper may try again. */
  failPayment(at: Date): void {
    this.move('PAYMENT_FAILED', 'Payment declined', SERVICE, at);
  }

  /** A new try after a decline, for what the cart holds now. */
  retryPayment(content: OrderContent, at: Date): void {
    this.move('PAYMENT_PENDING', 'New payment attempt', 'customer', at);
    this.current = { ...this.current, content };
  }

  /** Ends the order; money and stock have gone back already. */
  cancel(note: string, updatedBy: string, at: Date): void {
    this.move('CANCELLED', note, updatedBy, at);
  }

  private move(status: OrderStatus, note: string, updatedBy: string, at: Date): void {
    orderStatusMachine.assert(this.current.status, status);
    this.current = { ...this.current, status, version: this.current.version + 1, updatedAt: at };
    this.record(note, updatedBy);
  }

  private record(note: string, updatedBy: string): void {
    this.entries.push({ status: this.current.status, note, updatedBy, at: this.current.updatedAt });
  }
}
