import { Injectable } from '@nestjs/common';
import { createEvent, type DomainEvent, EventPublisher } from '@vici/events';
import { Logger, Metrics } from '@vici/utils';
import { Clock, type Money } from '@vici/utils/domain';
import type { Dispute } from '../domain/dispute.js';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { Refund } from '../domain/refund.js';

/** Tells the other services what became of payments, in the transaction of the change. */
@Injectable()
export class PaymentAnnouncer {
  constructor(
    private readonly events: EventPublisher,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** The intent has come to its present status. */
  async settled(intent: PaymentIntent): Promise<void> {
    await this.events.publish(...this.eventsOf(intent));
    this.metrics
      .counter('payment_intents_settled_total', 'Payments by what became of them', ['status'])
      .inc({ status: intent.status });
  }

  /** The shopper has approved the payment in the browser: the order may be made. */
  async authorized(intent: PaymentIntent): Promise<void> {
    const data = this.dataOf(intent);
    await this.events.publish(createEvent('payment.authorized', { subject: intent.id, data }));
  }

  /** A dispute was opened. */
  async disputed(intent: PaymentIntent, dispute: Dispute): Promise<void> {
    const { id: disputeId, reason, amount } = dispute;
    const data = { ...this.dataOf(intent), reason, disputeId, disputed: moneyData(amount) };
    await this.events.publish(createEvent('payment.disputed', { subject: intent.id, data }));
    this.logger.warn('a payment is disputed', { intentId: intent.id, disputeId, reason });
    this.metrics.counter('payment_disputes_total', 'Disputes opened').inc();
  }

  /** A refund the provider was asked for, or had made, came to nothing: somebody has to look. */
  refundFailed({ id, intentId, status }: Refund): void {
    this.logger.error('a refund failed at the provider', { refundId: id, intentId, recordedAs: status });
    this.metrics.counter('payment_refunds_failed_total', 'Refunds that the provider did not make').inc();
  }

  /** A refund was made. */
  async refunded(intent: PaymentIntent, refund: Refund): Promise<void> {
    await this.events.publish(
      createEvent('payment.refunded', {
        subject: intent.id,
        data: {
          ...this.dataOf(intent),
          refundId: refund.id,
          refunded: moneyData(refund.amount),
          reason: refund.reason,
          ...(refund.tellShopper && { tellShopper: true }),
        },
      }),
    );
    this.metrics.counter('payment_refunds_total', 'Refunds made').inc();
  }

  private eventsOf(intent: PaymentIntent): DomainEvent[] {
    const subject = intent.id;
    const data = this.dataOf(intent);
    switch (intent.status) {
      case 'SUCCEEDED':
        return [createEvent('payment.succeeded', { subject, data })];
      case 'FAILED':
        return [
          createEvent('payment.failed', {
            subject,
            data: { ...data, declineCode: intent.declineCode ?? '' },
          }),
        ];
      case 'CANCELLED':
        return [createEvent('payment.cancelled', { subject, data })];
      case 'PENDING':
      case 'PROCESSING':
        return [];
    }
  }

  private dataOf({ id, userId, orderId, amount }: PaymentIntent) {
    return {
      paymentIntentId: id,
      userId,
      ...(orderId !== undefined && { orderId }),
      amount: moneyData(amount),
      occurredAt: this.clock.now().toISOString(),
    };
  }
}

function moneyData({ minor, currency }: Money) {
  return { amountMinor: Number(minor), currency };
}
