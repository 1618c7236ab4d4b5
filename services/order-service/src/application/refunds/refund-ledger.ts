import { Injectable } from '@nestjs/common';
import { EventPublisher } from '@vici/events';
import { Clock, type Money, newId } from '@vici/utils/domain';
import type { Order } from '../../domain/order.entity.js';
import type { Refund } from '../../domain/refund.js';
import { Invoicing } from '../invoices/invoicing.js';
import { refundedEvent } from '../order-events.js';
import { OrderRepository } from '../ports/order.repository.js';
import { RefundRepository } from '../ports/refund.repository.js';

/** Writes down that money has gone back: on the order, as a credit note, as an event. Call it in a transaction. */
@Injectable()
export class RefundLedger {
  constructor(
    private readonly orders: OrderRepository,
    private readonly refunds: RefundRepository,
    private readonly invoicing: Invoicing,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** A refund of an order that stands. @param order locked */
  async refunded(order: Order, { amount, reason, requestedBy }: Refund): Promise<void> {
    if (amount.isZero()) {
      return;
    }
    const at = this.clock.now();
    order.refund(amount, reason, requestedBy, at);
    await this.orders.update(order);
    await this.events.publish(refundedEvent(order, amount, reason));
    await this.invoicing.credit(order, amount, reason, at);
  }

  /**
   * What was left of the payment when the order was cancelled. An order that was never confirmed was never billed: it
   * has no credit note either.
   */
  async cancelled(order: Order, left: Money, reason: string, billed: boolean): Promise<void> {
    if (left.isZero()) {
      return;
    }
    const at = this.clock.now();
    await this.refunds.addSettled({
      id: newId(),
      orderId: order.state.id,
      amount: left,
      reason,
      requestedBy: 'system',
      status: 'SUCCEEDED',
      restock: [],
      failures: 0,
      createdAt: at,
    });
    if (billed) {
      await this.invoicing.credit(order, left, reason, at);
    }
  }
}
