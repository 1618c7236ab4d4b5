import { Injectable } from '@nestjs/common';
import { sumQuantities } from '../../../domain/item-quantity.js';
import { restockedUnits } from '../../../domain/refund.js';
import { isTransient } from '../../../domain/saga-record.js';
import { RefundRepository } from '../../ports/refund.repository.js';
import { Stock } from '../../ports/stock.port.js';
import { CheckoutSettings } from '../checkout-settings.js';
import type { CheckoutRun, CheckoutStep, StepResult, Undone } from './checkout-step.js';
import { cancelReference } from './refund-order.js';
import { stockLines } from './reserve-stock.step.js';

/** Takes the paid units out of stock; where the reservation has lapsed, tries to have them again. */
@Injectable()
export class CommitStockStep implements CheckoutStep {
  readonly name = 'commit-stock';
  readonly kind = 'remote';

  constructor(
    private readonly stock: Stock,
    private readonly settings: CheckoutSettings,
    private readonly refunds: RefundRepository,
  ) {}

  async action({ saga }: CheckoutRun): Promise<StepResult> {
    try {
      await this.stock.commit(saga.orderId);
    } catch (error) {
      if (isTransient(error)) {
        throw error;
      }
      const lines = stockLines(saga.context.content);
      await this.stock.reserve(saga.orderId, lines, this.settings.reservationSeconds);
      await this.stock.commit(saga.orderId);
    }
    return {};
  }

  async compensate({ saga }: CheckoutRun): Promise<Undone> {
    const reason = saga.outcome?.reason ?? 'order cancelled';
    // What came back with a refund of part of the order is on the shelf already.
    const back = sumQuantities(restockedUnits(await this.refunds.listOf(saga.orderId)));
    const lines = stockLines(saga.context.content, back);
    if (lines.length > 0) {
      await this.stock.restock(saga.orderId, lines, cancelReference(saga.orderId), reason);
    }
    return { alsoUndone: ['reserve-stock'] };
  }

  async resolveUnknown(run: CheckoutRun): Promise<'done' | 'not-done'> {
    try {
      await this.stock.commit(run.saga.orderId);
      return 'done';
    } catch (error) {
      if (isTransient(error)) {
        throw error;
      }
      return 'not-done';
    }
  }
}
