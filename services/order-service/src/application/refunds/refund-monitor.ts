import { Injectable } from '@nestjs/common';
import { Logger, Metrics } from '@vici/utils';
import type { Refund, RefundStatus } from '../../domain/refund.js';
import { codeOf, STUCK_AFTER_FAILURES } from '../checkout/saga-monitor.js';
import { RefundRepository } from '../ports/refund.repository.js';

/** Makes refunds visible: how they ended, and which of them keep failing. */
@Injectable()
export class RefundMonitor {
  private readonly ended;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
    refunds: RefundRepository,
  ) {
    this.ended = metrics.counter('order_refunds_total', 'Refunds of orders that stand, by how they ended', [
      'outcome',
    ]);
    metrics.gauge('order_refunds_stuck', 'Refunds that keep failing', [], async (gauge) => {
      gauge.set(await refunds.countStuck(STUCK_AFTER_FAILURES));
    });
  }

  settled({ id, orderId }: Refund, status: RefundStatus, error?: unknown): void {
    this.ended.inc({ outcome: status.toLowerCase() });
    const fields = { refundId: id, orderId, ...(error === undefined ? {} : { code: codeOf(error) }) };
    this.logger.info(status === 'FAILED' ? 'refund refused' : 'refund made', fields);
  }

  notRestocked({ id, orderId }: Refund, error: unknown): void {
    this.logger.error('refunded units not put back on the shelf', { refundId: id, orderId, error });
  }

  postponed({ id, orderId, failures }: Refund, error: unknown, delayMs: number): void {
    const fields = { refundId: id, orderId, failures: failures + 1, delayMs, error };
    if (failures + 1 >= STUCK_AFTER_FAILURES) {
      this.logger.error('refund is stuck', fields);
    } else {
      this.logger.warn('refund postponed', fields);
    }
  }
}
