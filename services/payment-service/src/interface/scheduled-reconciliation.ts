import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, CONFIG, Logger } from '@vici/utils';
import { ReconcilePayments } from '../application/reconciliation/reconcile-payments.use-case.js';
import { ReconciliationRepository } from '../application/reconciliation/reconciliation.repository.js';
import type { PaymentConfig } from '../payment.config.js';
import { reconcileSpan } from './reconcile-span.js';

/** Looks so often whether a reconciliation is due, in milliseconds; whichever replica looks first runs it. */
const LOOK_EVERY_MS = 60_000;

/** Reconciles by itself, as often as PAYMENT_RECONCILE_EVERY_MINUTES says. */
@Injectable()
export class ScheduledReconciliation implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;

  constructor(
    private readonly reconciling: ReconcilePayments,
    private readonly reports: ReconciliationRepository,
    logger: Logger,
    @Inject(CONFIG) private readonly config: PaymentConfig,
  ) {
    this.loop = new BackgroundLoop(
      {
        name: 'reconciliation',
        service: 'payment-service',
        everyMs: LOOK_EVERY_MS,
        run: () => this.runWhenDue(),
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.PAYMENT_RECONCILE_EVERY_MINUTES > 0) this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async runWhenDue(): Promise<void> {
    const last = await this.reports.lastStartedAt();
    const everyMs = this.config.PAYMENT_RECONCILE_EVERY_MINUTES * 60_000;
    if (last !== undefined && Date.now() - last.getTime() < everyMs) return;
    await this.reconciling.execute({
      ...reconcileSpan(undefined, undefined),
      dryRun: false,
      settledForMs: this.config.PAYMENT_SETTLED_AFTER_MS,
    });
  }
}
