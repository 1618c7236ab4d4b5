import { Injectable } from '@nestjs/common';
import { type Money, notFound } from '@vici/utils/domain';
import type { Return } from '../../domain/return.entity.js';
import { OrderRepository } from '../ports/order.repository.js';
import { ReturnRepository } from '../ports/return.repository.js';
import { RefundOrderUseCase } from '../refunds/refund-order.use-case.js';

/**
 * Pays for units that have come back: what was paid for them unless told otherwise, never more than is left of the
 * order. The units fit to be sold go back on the shelf with the money.
 */
@Injectable()
export class RefundReturnUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly returns: ReturnRepository,
    private readonly refund: RefundOrderUseCase,
  ) {}

  /** @throws DomainError NOT_FOUND, INVALID_TRANSITION before the units are here, and what a refund throws */
  async execute(returnId: string, amount: Money | undefined): Promise<Return> {
    const asked = await this.load(returnId);
    const { status, orderId, orderNumber, value, restock } = asked.state;
    if (status === 'REFUNDED') {
      return asked;
    }
    asked.assertRefundable();
    const left = (await this.orders.find(orderId))?.refundable ?? value;
    const given = amount ?? (left.isZero() ? value : value.min(left));
    await this.refund.execute(orderId, {
      ...(amount === undefined && value.isZero() ? { worthless: true } : { amount: given }),
      reason: `Return of ${orderNumber}`,
      restock,
      returnId,
    });
    return this.load(returnId);
  }

  private async load(id: string): Promise<Return> {
    const asked = await this.returns.find(id);
    if (asked === undefined) {
      throw notFound('Return', id);
    }
    return asked;
  }
}
