import { Injectable } from '@nestjs/common';
import { createEvent, type DomainEvent, EventPublisher } from '@vici/events';
import { Metrics } from '@vici/utils';
import { Clock, type Money } from '@vici/utils/domain';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { Refund } from '../domain/refund.js';

/** Tells the other services what became of payments, in the transaction of the change. */
@Injectable()
export class PaymentAnnouncer {
  constructor(
    private readonly events: EventPublisher,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** The intent has come to its present status. */
  async settled(intent: PaymentIntent): Promise<void> {
    await this.events.publish(...this.eventsOf(intent));
    this.metrics
      .counter('payment_intents_settled_total', 'Payments by what became of them', ['status'])
      .inc({ status: intent.status });
  }

  /** A refund was made. */
  async refunded(intent: PaymentIntent, refund: Refund): Promise<void> {
    await this.events.publish(
      createEvent('payment.refunded', {
        subject: intent.id,
        data: { ...this.dataOf(intent), refundId: refund.id, refunded: moneyData(refund.amount) },
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
