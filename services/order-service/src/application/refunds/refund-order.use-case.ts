import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { checkpoint, DomainError, isErrorCode, notFound } from '@vici/utils/domain';
import type { Order } from '../../domain/order.entity.js';
import type { Refund } from '../../domain/refund.js';
import { OrderRepository } from '../ports/order.repository.js';
import { RefundRepository } from '../ports/refund.repository.js';
import { RefundProcess } from './refund-process.js';
import { type RefundRequest, RefundRequests } from './refund-requests.js';

/** Gives money of an order back, all or part of it, once per idempotency key. */
@Injectable()
export class RefundOrderUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly refunds: RefundRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly requests: RefundRequests,
    private readonly process: RefundProcess,
  ) {}

  /**
   * @throws DomainError NOT_FOUND, INVALID_TRANSITION, LIMIT_EXCEEDED, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED,
   * REQUEST_IN_PROGRESS with `details.refundId` (it will be made, ask again)
   */
  async execute(orderId: string, request: RefundRequest): Promise<Order> {
    const { refund, isNew } = await this.unitOfWork.transaction(() => this.request(orderId, request));
    if (isNew) {
      await this.process.run(refund);
    }
    requireSettled(await this.latest(refund));
    return this.load(orderId, false);
  }

  private async request(
    orderId: string,
    request: RefundRequest,
  ): Promise<{ refund: Refund; isNew: boolean }> {
    const order = await this.load(orderId, true);
    await checkpoint('order.refund.locked');
    const repeated = await this.requests.repeated(orderId, request);
    return repeated === undefined
      ? { refund: await this.requests.open(order, request), isNew: true }
      : { refund: repeated, isNew: false };
  }

  private async latest({ id, orderId }: Refund): Promise<Refund> {
    const stored = (await this.refunds.listOf(orderId)).find((refund) => refund.id === id);
    if (stored === undefined) {
      throw notFound('Refund', id);
    }
    return stored;
  }

  private async load(orderId: string, locked: boolean): Promise<Order> {
    const order = await (locked ? this.orders.findLocked(orderId) : this.orders.find(orderId));
    if (order === undefined) {
      throw notFound('Order', orderId);
    }
    return order;
  }
}

/** @throws DomainError why it was refused, or REQUEST_IN_PROGRESS */
function requireSettled({ id, status, lastError = '' }: Refund): void {
  if (status === 'FAILED') {
    const code = isErrorCode(lastError) ? lastError : 'INTERNAL';
    throw new DomainError(code, 'The payment could not be given back.', { refundId: id });
  }
  if (status === 'PENDING') {
    throw new DomainError('REQUEST_IN_PROGRESS', 'The refund is on its way.', { refundId: id });
  }
}
