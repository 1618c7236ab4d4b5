import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { currentCaller, requirePermission } from '@vici/utils';
import { DomainError, notFound } from '@vici/utils/domain';
import type { Order } from '../domain/order.entity.js';
import { hasPending } from '../domain/refund.js';
import type { SagaRecord } from '../domain/saga-record.js';
import { CheckoutCompletion } from './checkout/checkout-completion.js';
import { requireVisible } from './order-access.js';
import { CheckoutSagaRepository } from './ports/checkout-saga.repository.js';
import { OrderRepository } from './ports/order.repository.js';
import { RefundRepository } from './ports/refund.repository.js';

const DEFAULT_REASON = 'Cancelled on request';

/**
 * Cancels an order that has not been shipped. The wish is noted on its saga first, whatever that is doing: the saga
 * gives money and stock back and then ends the order, here, or after a crash, anywhere.
 */
@Injectable()
export class CancelOrderUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly sagas: CheckoutSagaRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly completion: CheckoutCompletion,
    private readonly audit: AuditTrail,
    private readonly refunds: RefundRepository,
  ) {}

  /** @throws DomainError NOT_FOUND, INVALID_TRANSITION, FORBIDDEN, REQUEST_IN_PROGRESS (it will be cancelled, ask again) */
  async execute(orderId: string, reason?: string): Promise<Order> {
    const saga = await this.unitOfWork.transaction(() => this.request(orderId, reason));
    if (saga !== undefined) {
      await this.completion.wait(saga, ({ state }) => state === 'cancelled');
    }
    return requireVisible(await this.orders.find(orderId), orderId);
  }

  /** Notes the wish. Undefined: the order is cancelled already. */
  private async request(orderId: string, reason: string | undefined): Promise<SagaRecord | undefined> {
    const order = requireVisible(await this.orders.findLocked(orderId), orderId);
    if (order.state.status === 'CANCELLED') {
      return undefined;
    }
    order.assertCancellable();
    if (hasPending(await this.refunds.listOf(orderId))) {
      throw new DomainError('REQUEST_IN_PROGRESS', 'A refund of the order is on its way.', { orderId });
    }
    const { role, userId } = currentCaller();
    if (userId !== order.state.userId) {
      await this.record(order, reason);
    }
    const sagaId = await this.sagas.requestCancel(orderId, { reason: reason ?? DEFAULT_REASON, by: role });
    const saga = sagaId === undefined ? undefined : await this.sagas.find(sagaId);
    if (saga === undefined) {
      throw new DomainError('INTERNAL', 'The order has no checkout.', undefined, {
        cause: notFound('Checkout of order', orderId),
      });
    }
    return saga;
  }

  /** Somebody of the staff cancels a shopper's order. */
  private async record({ state }: Order, reason: string | undefined): Promise<void> {
    requirePermission('orders:write');
    await this.audit.record({
      action: 'order.cancel',
      target: { type: 'order', id: state.id },
      before: { status: state.status },
      ...(reason === undefined ? {} : { note: reason }),
    });
  }
}
