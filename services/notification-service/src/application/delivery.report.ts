import { Injectable } from '@nestjs/common';
import { Logger, Metrics } from '@vici/utils';
import type { ClaimedDelivery } from '../domain/delivery.js';

type Outcome = 'sent' | 'postponed' | 'failed' | 'suppressed';

const LATENCY_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200];

/** Tells operators what becomes of deliveries: by delivery id, never by recipient or content. */
@Injectable()
export class DeliveryReport {
  private readonly outcomes;
  private readonly latency;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter('notification_delivery_attempts_total', 'Attempts to send a mail', [
      'template',
      'outcome',
    ]);
    this.latency = metrics.histogram(
      'notification_delivery_seconds',
      'Time from the event being handled to its mail being accepted',
      ['template'],
      LATENCY_BUCKETS_S,
    );
  }

  sent(delivery: ClaimedDelivery, now: Date): void {
    this.count(delivery, 'sent');
    const seconds = Math.max(0, now.getTime() - delivery.createdAt.getTime()) / 1_000;
    this.latency.observe({ template: delivery.template }, seconds);
    this.logger.info('mail sent', fieldsOf(delivery));
  }

  postponed(delivery: ClaimedDelivery, reason: string, delayMs: number): void {
    this.count(delivery, 'postponed');
    this.logger.warn('mail could not be sent; it is tried again', {
      ...fieldsOf(delivery),
      reason,
      delayMs,
    });
  }

  failed(delivery: ClaimedDelivery, reason: string): void {
    this.count(delivery, 'failed');
    this.logger.error('mail given up', { ...fieldsOf(delivery), reason });
  }

  suppressed(delivery: ClaimedDelivery, reason: string): void {
    this.count(delivery, 'suppressed');
    this.logger.info('message not sent', { ...fieldsOf(delivery), reason });
  }

  /** The mail was accepted, but that could not be written down: it will be sent again. */
  unrecorded(delivery: ClaimedDelivery, error: unknown): void {
    this.logger.error('an accepted mail could not be recorded', { ...fieldsOf(delivery), error });
  }

  /** An attempt ended in a way no transport should end. */
  unexpected(delivery: ClaimedDelivery, error: unknown): void {
    this.logger.error('sending a mail failed unexpectedly', { ...fieldsOf(delivery), error });
  }

  private count({ template }: ClaimedDelivery, outcome: Outcome): void {
    this.outcomes.inc({ template, outcome });
  }
}

function fieldsOf({ id, template, attempt }: ClaimedDelivery): Record<string, unknown> {
  return { deliveryId: id, template, attempt };
}
