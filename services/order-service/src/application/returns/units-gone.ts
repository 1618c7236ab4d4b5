import { Injectable } from '@nestjs/common';
import { type ItemQuantities, sumQuantities } from '../../domain/item-quantity.js';
import { restockedUnits } from '../../domain/refund.js';
import { RefundRepository } from '../ports/refund.repository.js';
import { ReturnRepository } from '../ports/return.repository.js';

/** Which units of an order have come back or are on their way: by a return, or on the shelf with a refund. */
@Injectable()
export class UnitsGone {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly returns: ReturnRepository,
  ) {}

  /** Call it while the order is locked. */
  async of(orderId: string): Promise<ItemQuantities> {
    const refunds = await this.refunds.listOf(orderId);
    const returns = await this.returns.listOf(orderId);
    const sentBack = returns.filter((one) => one.isOpen).flatMap(({ state }) => state.lines);
    return sumQuantities(sentBack, restockedUnits(refunds.filter(({ returnId }) => returnId === undefined)));
  }
}
