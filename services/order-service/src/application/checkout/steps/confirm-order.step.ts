import { Injectable } from '@nestjs/common';
import { EventPublisher } from '@vici/events';
import { Clock } from '@vici/utils/domain';
import { Order } from '../../../domain/order.entity.js';
import { Invoicing } from '../../invoices/invoicing.js';
import { orderEvent } from '../../order-events.js';
import { OrderRepository } from '../../ports/order.repository.js';
import type { CheckoutRun, CheckoutStep, StepResult } from './checkout-step.js';

/** The order is paid and its units are taken: the point of no return. */
@Injectable()
export class ConfirmOrderStep implements CheckoutStep {
  readonly name = 'confirm-order';
  readonly kind = 'local';

  constructor(
    private readonly orders: OrderRepository,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
    private readonly invoicing: Invoicing,
  ) {}

  async action(run: CheckoutRun): Promise<StepResult> {
    // A copy: the transaction may be done over, and then the change must not have happened to the original.
    const order =
      run.order === undefined
        ? await this.orders.findLocked(run.saga.orderId)
        : Order.restore(run.order.state);
    if (order === undefined) {
      throw new Error(`Order ${run.saga.orderId} is missing`);
    }
    const at = this.clock.now();
    order.confirm(at);
    await this.orders.updateWithCommit(order);
    await this.events.publish(orderEvent('order.confirmed', order));
    await this.invoicing.bill(order, at);
    return {};
  }
}
