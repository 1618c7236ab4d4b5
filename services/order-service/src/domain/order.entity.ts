import { DomainError, type Id, invalidField, Money } from '@vici/utils/domain';
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
  /** What has been given back of the total. */
  readonly refunded: Money;
  /** Grows with every change; guards against a change by someone else in between. */
  readonly version: number;
  readonly placedAt: Date;
  readonly updatedAt: Date;
}

/** The steps of a paid order on its way to the shopper. */
export const FULFILMENT_STATUSES = ['PREPARING', 'SHIPPED', 'DELIVERED'] as const;
export type FulfilmentStatus = (typeof FULFILMENT_STATUSES)[number];

/** Statuses of orders whose payment is captured and can be given back. */
const REFUNDABLE: readonly OrderStatus[] = ['CONFIRMED', 'PREPARING', 'SHIPPED', 'DELIVERED'];

const FULFILMENT_NOTES: Readonly<Record<FulfilmentStatus, string>> = {
  PREPARING: 'The order is being packed',
  SHIPPED: 'Handed to the carrier',
  DELIVERED: 'Delivered',
};

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
      refunded: Money.zero(order.content.total.currency),
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

  /** Ends the order; stock has gone back already, and all that was paid where it was `refunded`. */
  cancel(note: string, updatedBy: string, at: Date, refunded = false): void {
    this.move('CANCELLED', note, updatedBy, at);
    if (refunded) {
      this.current = { ...this.current, refunded: this.current.content.total };
    }
  }

  /**
   * The next step on the way to the shopper; tracking belongs to what is shipped. Gives whether anything changed.
   * @throws DomainError INVALID_TRANSITION, VALIDATION_FAILED naming `tracking`
   */
  advance(
    step: { status: FulfilmentStatus; note?: string; tracking?: Tracking },
    by: string,
    at: Date,
  ): boolean {
    const { status, tracking } = step;
    if (tracking !== undefined && status === 'PREPARING') {
      throw invalidField('tracking', 'is known only once the order is shipped');
    }
    if (status !== this.current.status) {
      this.move(status, step.note ?? FULFILMENT_NOTES[status], by, at);
      this.track(tracking === undefined || status !== 'SHIPPED' ? tracking : { shippedAt: at, ...tracking });
      return true;
    }
    if (tracking === undefined && step.note === undefined) {
      return false;
    }
    this.remark(step.note ?? `Tracking: ${tracking?.carrier} ${tracking?.trackingNumber}`, by, at);
    this.track(tracking);
    return true;
  }

  /** What of the payment can still be given back; nothing before it was captured or after the order ended. */
  get refundable(): Money {
    const { status, content, refunded } = this.current;
    return REFUNDABLE.includes(status) ? content.total.subtract(refunded) : Money.zero(refunded.currency);
  }

  /**
   * Notes money that was given back; when it is all of it, the order is REFUNDED.
   * @throws DomainError LIMIT_EXCEEDED when it is more than was left
   */
  refund(amount: Money, reason: string, by: string, at: Date): void {
    if (amount.compare(this.refundable) > 0) {
      throw new DomainError('LIMIT_EXCEEDED', 'More would be given back than was paid.');
    }
    const refunded = this.current.refunded.add(amount);
    const note = `Refunded ${amount.toDecimalString()} ${amount.currency}: ${reason}`;
    if (refunded.equals(this.current.content.total)) {
      this.move('REFUNDED', note, by, at);
    } else {
      this.remark(note, by, at);
    }
    this.current = { ...this.current, refunded };
  }

  private move(status: OrderStatus, note: string, updatedBy: string, at: Date): void {
    orderStatusMachine.assert(this.current.status, status);
    this.current = { ...this.current, status, version: this.current.version + 1, updatedAt: at };
    this.record(note, updatedBy);
  }

  /** Something happened that leaves the status as it is. */
  private remark(note: string, updatedBy: string, at: Date): void {
    this.current = { ...this.current, version: this.current.version + 1, updatedAt: at };
    this.record(note, updatedBy);
  }

  private track(tracking: Tracking | undefined): void {
    if (tracking !== undefined) {
      this.current = { ...this.current, tracking: { ...this.current.tracking, ...tracking } };
    }
  }

  private record(note: string, updatedBy: string): void {
    this.entries.push({ status: this.current.status, note, updatedBy, at: this.current.updatedAt });
  }
}
