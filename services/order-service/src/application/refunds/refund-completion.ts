import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock } from '@vici/utils/domain';
import type { Refund } from '../../domain/refund.js';
import { codeOf } from '../checkout/saga-monitor.js';
import { OrderRepository } from '../ports/order.repository.js';
import { RefundRepository } from '../ports/refund.repository.js';
import { ReturnLedger } from '../returns/return-ledger.js';
import { RefundLedger } from './refund-ledger.js';

/** Ends refunds, with all that follows from it, in one transaction under the order's lock. */
@Injectable()
export class RefundCompletion {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly orders: OrderRepository,
    private readonly refunds: RefundRepository,
    private readonly returns: ReturnLedger,
    private readonly ledger: RefundLedger,
    private readonly clock: Clock,
  ) {}

  async succeed(refund: Refund): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const order = await this.orders.findLocked(refund.orderId);
      if (order !== undefined && (await this.refunds.settle(refund.id, 'SUCCEEDED', this.clock.now()))) {
        await this.ledger.refunded(order, refund);
        await this.returns.refunded(order, refund);
      }
    });
  }

  async fail(refund: Refund, error: unknown): Promise<void> {
    await this.refunds.settle(refund.id, 'FAILED', this.clock.now(), codeOf(error));
  }
}
