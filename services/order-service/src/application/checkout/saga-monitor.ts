import { Injectable } from '@nestjs/common';
import { Logger, Metrics } from '@vici/utils';
import { isDomainError } from '@vici/utils/domain';
import type { SagaRecord, StepName } from '../../domain/saga-record.js';
import { CheckoutSagaRepository } from '../ports/checkout-saga.repository.js';

/** Failures in a row from which on a saga counts as stuck and asks for a person's eyes. */
export const STUCK_AFTER_FAILURES = 8;

/** Makes the sagas visible: what ended how, what failed, what is stuck. Never with personal data. */
@Injectable()
export class SagaMonitor {
  private readonly ended;
  private readonly failures;
  private readonly unmatched;
  private readonly unordered;
  private readonly orders;
  private readonly revenue;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
    sagas: CheckoutSagaRepository,
  ) {
    this.ended = metrics.counter('checkout_total', 'Checkouts by how they came to rest', ['outcome']);
    this.failures = metrics.counter('checkout_step_failures_total', 'Failed steps of checkouts', [
      'step',
      'code',
    ]);
    this.unordered = metrics.counter(
      'checkout_unordered_payments_total',
      'Payments without a confirm by what became of them',
      ['outcome'],
    );
    this.unmatched = metrics.counter(
      'checkout_unmatched_payments_total',
      'Payments that succeeded without a checkout',
    );
    this.orders = metrics.counter('shop_orders_total', 'Orders that were confirmed');
    this.revenue = metrics.counter(
      'shop_revenue_minor_units_total',
      'What confirmed orders came to, in minor units of their currency',
      ['currency'],
    );
    metrics.gauge('checkout_sagas_stuck', 'Checkouts that keep failing', [], async (gauge) => {
      gauge.set(await sagas.countStuck(STUCK_AFTER_FAILURES));
    });
  }

  /** A saga came to rest: completed, cancelled, or waiting for the shopper. */
  rested(saga: SagaRecord): void {
    const outcome = saga.state === 'awaiting_retry' ? (saga.outcome?.kind ?? 'declined') : saga.state;
    this.ended.inc({ outcome });
    if (saga.state === 'completed') this.sold(saga);
    this.logger.info('checkout settled', { ...facts(saga), outcome, code: saga.outcome?.error?.code });
  }

  private sold({ context }: SagaRecord): void {
    const { total } = context.content;
    this.orders.inc();
    this.revenue.inc({ currency: total.currency }, Number(total.minor));
  }

  /** A step or its compensation failed and will be tried again. */
  postponed(saga: SagaRecord, step: StepName, error: unknown, delayMs: number): void {
    this.failures.inc({ step, code: codeOf(error) });
    const fields = { ...facts(saga), step, failures: saga.failures, delayMs, error };
    if (saga.failures >= STUCK_AFTER_FAILURES) {
      this.logger.error('checkout is stuck', fields);
    } else {
      this.logger.warn('checkout step postponed', fields);
    }
  }

  /** A step was refused: the checkout is undone. */
  refused(saga: SagaRecord, step: StepName, error: unknown): void {
    this.failures.inc({ step, code: codeOf(error) });
    this.logger.info('checkout step refused', { ...facts(saga), step, code: codeOf(error) });
  }

  /** A step after the order was confirmed was refused; the order stands. */
  skipped(saga: SagaRecord, step: StepName, error: unknown): void {
    this.failures.inc({ step, code: codeOf(error) });
    this.logger.error('checkout step skipped', { ...facts(saga), step, error });
  }

  /** A run ended without coming to rest; another one takes over when its lease lapses. */
  interrupted(sagaId: string, error: unknown): void {
    this.logger.error('checkout run interrupted', { sagaId, error });
  }

  /** Another run has taken the saga over. */
  leaseLost(sagaId: string): void {
    this.logger.warn('checkout lease lost', { sagaId });
  }

  /** A payment without a confirm was settled: its order was made, or the money went back. */
  unorderedPayment(paymentIntentId: string, outcome: 'ordered' | 'returned'): void {
    this.unordered.inc({ outcome });
    this.logger.info('payment without a confirm settled', { paymentIntentId, outcome });
  }

  /** Money came in that no checkout waits for; reconciliation settles it. */
  unmatchedPayment(paymentIntentId: string): void {
    this.unmatched.inc();
    this.logger.warn('payment without a checkout', { paymentIntentId });
  }
}

function facts(saga: SagaRecord): Record<string, unknown> {
  return { sagaId: saga.id, orderId: saga.orderId, state: saga.state, attempt: saga.attempt };
}

/** What a failure is called in a metric and in the saga's row. */
export function codeOf(error: unknown): string {
  return isDomainError(error) ? error.code : 'UNEXPECTED';
}
