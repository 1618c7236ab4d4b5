import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail, EventPublisher } from '@vici/events';
import { currentCaller } from '@vici/utils';
import { Clock, checkpoint, DomainError, notFound } from '@vici/utils/domain';
import type { FulfilmentStatus, Order, Tracking } from '../domain/order.entity.js';
import { fulfilmentEvent } from './order-events.js';
import { CheckoutSagaRepository } from './ports/checkout-saga.repository.js';
import { OrderRepository } from './ports/order.repository.js';

/** What the warehouse or the carrier says of an order. */
export interface AdvanceCommand {
  readonly orderId: string;
  readonly status: FulfilmentStatus;
  readonly tracking?: Tracking;
  readonly note?: string;
}

/** Moves a paid order on: packed, handed to the carrier, delivered. Said twice, it happens once. */
@Injectable()
export class AdvanceOrderUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly sagas: CheckoutSagaRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, INVALID_TRANSITION, VALIDATION_FAILED, REQUEST_IN_PROGRESS (being cancelled) */
  execute(command: AdvanceCommand): Promise<Order> {
    return this.unitOfWork.transaction(async () => {
      const order = await this.orders.findLocked(command.orderId);
      if (order === undefined) {
        throw notFound('Order', command.orderId);
      }
      await checkpoint('order.advance.locked');
      // A cancellation is noted under the same lock: from then on the parcel must not leave.
      if (await this.sagas.isCancelling(command.orderId)) {
        throw new DomainError('REQUEST_IN_PROGRESS', 'The order is being cancelled.');
      }
      await this.advance(order, command);
      return order;
    });
  }

  private async advance(order: Order, { status, note, tracking }: AdvanceCommand): Promise<void> {
    const before = order.state;
    const step = {
      status,
      ...(note === undefined ? {} : { note }),
      ...(tracking === undefined ? {} : { tracking }),
    };
    if (!order.advance(step, currentCaller().role, this.clock.now())) {
      return;
    }
    await this.orders.update(order);
    if (before.status !== status) {
      await this.events.publish(fulfilmentEvent(status, order));
    }
    await this.audit.record({
      action: 'order.advance',
      target: { type: 'order', id: order.state.id },
      before: { status: before.status, tracking: before.tracking?.trackingNumber },
      after: { status, tracking: order.state.tracking?.trackingNumber },
      ...(note === undefined ? {} : { note }),
    });
  }
}
