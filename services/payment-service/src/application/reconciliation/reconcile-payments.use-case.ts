import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { Logger, Metrics } from '@vici/utils';
import { Clock, newId } from '@vici/utils/domain';
import type { PaymentDifference } from '../../domain/payment-difference.js';
import { FindDifferences } from './find-differences.js';
import { HealDifference } from './heal-difference.js';
import { type Reconciliation, ReconciliationRepository } from './reconciliation.repository.js';

/** What to compare. */
export interface ReconcileCommand {
  readonly from: Date;
  readonly to: Date;
  /** Only report. */
  readonly dryRun: boolean;
  /** What changed since is still on its way, in milliseconds. */
  readonly settledForMs: number;
}

/**
 * Compares the payments with the provider and with the orders, heals what is safe and keeps a report. It can run at any
 * time, twice at once too: everything it does to heal is idempotent.
 */
@Injectable()
export class ReconcilePayments {
  private readonly open;

  constructor(
    private readonly finding: FindDifferences,
    private readonly healing: HealDifference,
    private readonly reports: ReconciliationRepository,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.open = metrics.gauge(
      'payment_differences_open',
      'Differences of the last reconciliation that were not healed',
    );
  }

  async execute({ from, to, dryRun, settledForMs }: ReconcileCommand): Promise<Reconciliation> {
    const startedAt = this.clock.now();
    const settledBefore = new Date(startedAt.getTime() - settledForMs);
    const { checked, found } = await this.finding.execute({ from, to, settledBefore });
    const differences: PaymentDifference[] = [];
    for (const difference of found) {
      differences.push(
        dryRun
          ? { ...difference, healed: false, note: 'only reported' }
          : await this.healing.execute(difference),
      );
    }
    const finishedAt = this.clock.now();
    const report = { id: newId(), from, to, dryRun, startedAt, finishedAt, checked, differences };
    await this.keep(report);
    return report;
  }

  private async keep(report: Reconciliation): Promise<void> {
    const { id, checked, differences, dryRun } = report;
    const healed = differences.filter((difference) => difference.healed);
    const left = differences.length - healed.length;
    await this.unitOfWork.transaction(async () => {
      await this.reports.store(report);
      await this.audit.record({
        action: 'payments.reconcile',
        target: { type: 'reconciliation', id },
        after: {
          checked,
          dryRun,
          differences: differences.length,
          healed: healed.map(({ intentId }) => intentId),
        },
      });
    });
    if (!dryRun) this.open.set(left);
    const facts = { reconciliationId: id, checked, differences: differences.length, healed: healed.length };
    if (left > 0) this.logger.error('payments and their books disagree', facts);
    else this.logger.info('payments were reconciled', facts);
  }
}
