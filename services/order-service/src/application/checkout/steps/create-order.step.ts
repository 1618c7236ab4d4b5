import { Injectable } from '@nestjs/common';
import { EventPublisher } from '@vici/events';
import { Clock } from '@vici/utils/domain';
import { sumQuantities } from '../../../domain/item-quantity.js';
import { Order } from '../../../domain/order.entity.js';
import type { OrderContent } from '../../../domain/order-content.js';
import type { SagaOutcome, SagaRecord } from '../../../domain/saga-record.js';
import { cancelledEvent, orderEvent, paymentFailedEvent } from '../../order-events.js';
import { OrderNumbers, OrderRepository } from '../../ports/order.repository.js';
import { RefundLedger } from '../../refunds/refund-ledger.js';
import type { CheckoutRun, CheckoutStep, StepResult } from './checkout-step.js';

/**
 * Writes the order, waiting for its payment; a later try pays the same order. It is taken back last, together with
 * the saga's outcome: an order reads CANCELLED only when money and stock have gone back.
 */
@Injectable()
export class CreateOrderStep implements CheckoutStep {
  readonly name = 'create-order';
  readonly kind = 'local';

  constructor(
    private readonly orders: OrderRepository,
    private readonly numbers: OrderNumbers,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
    private readonly refundLedger: RefundLedger,
  ) {}

  async prepare(run: CheckoutRun): Promise<void> {
    run.orderNumber ??= await this.numbers.next(this.clock.now());
  }

  async action(run: CheckoutRun): Promise<StepResult> {
    const earlier = run.saga.attempt === 1 ? undefined : await this.orders.findLocked(run.saga.orderId);
    run.order = earlier === undefined ? await this.place(run) : await this.reopen(run, earlier);
    return {};
  }

  async settle({ saga }: CheckoutRun): Promise<void> {
    const { outcome } = saga;
    const order = await this.orders.findLocked(saga.orderId);
    if (order === undefined || outcome === undefined || outcome.kind === 'rejected') {
      return;
    }
    if (outcome.kind === 'declined') {
      await this.failPayment(order, outcome);
    } else if (order.state.status !== 'CANCELLED') {
      await this.cancel(order, outcome, saga.refundId !== undefined);
    }
  }

  private async failPayment(order: Order, { error }: SagaOutcome): Promise<void> {
    order.failPayment(this.clock.now());
    await this.orders.update(order);
    const declineCode = error?.details?.['declineCode'];
    await this.events.publish(
      paymentFailedEvent(order, typeof declineCode === 'string' ? declineCode : undefined),
    );
  }

  private async cancel(order: Order, { reason, by }: SagaOutcome, refunded: boolean): Promise<void> {
    const left = order.state.content.total.subtract(order.state.refunded);
    const billed = !order.refundable.isZero();
    order.cancel(refunded ? `${reason} (payment refunded)` : reason, by, this.clock.now(), refunded);
    await this.orders.update(order);
    await this.events.publish(cancelledEvent(order, reason));
    if (refunded) {
      await this.refundLedger.cancelled(order, left, reason, billed);
    }
  }

  private async place({ saga, orderNumber }: CheckoutRun): Promise<Order> {
    if (orderNumber === undefined) {
      throw new Error('The order number was not drawn');
    }
    const order = Order.place(
      {
        id: saga.orderId,
        number: orderNumber,
        userId: saga.userId,
        content: contentOf(saga),
        paymentId: saga.paymentIntentId,
      },
      this.clock.now(),
    );
    await this.orders.insert(order);
    await this.events.publish(orderEvent('order.created', order));
    return order;
  }

  private async reopen({ saga }: CheckoutRun, order: Order): Promise<Order> {
    order.retryPayment(contentOf(saga), this.clock.now());
    await this.orders.update(order, { replaceContent: true });
    return order;
  }
}

/** What is ordered, with the units that are not on the shelf yet. */
function contentOf({ context: { content }, backordered }: SagaRecord): OrderContent {
  const waiting = sumQuantities(backordered);
  return {
    ...content,
    lines: content.lines.map((line) => ({ ...line, backordered: waiting.get(line.id) ?? 0 })),
  };
}
