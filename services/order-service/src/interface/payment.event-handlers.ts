import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEventBatch } from '@vici/events';
import { RecordPaymentUseCase } from '../application/record-payment.use-case.js';
import { CheckoutWorker } from '../infrastructure/checkout.worker.js';

type Told = DomainEvent<'payment.succeeded' | 'payment.authorized'>;

/** What the payment service tells of. */
@Injectable()
export class PaymentEventHandlers {
  constructor(
    private readonly recordPayment: RecordPaymentUseCase,
    private readonly worker: CheckoutWorker,
  ) {}

  @OnEventBatch({ topics: ['payment-events'], idempotent: true }, 'payment.succeeded', 'payment.authorized')
  async recordPayments(events: Told[]): Promise<void> {
    const told = (type: Told['type']) =>
      events.filter((event) => event.type === type).map(({ data }) => data.paymentIntentId);
    const paid = told('payment.succeeded');
    if (paid.length > 0 && (await this.recordPayment.execute(paid))) this.worker.wake();
    for (const id of told('payment.authorized')) await this.recordPayment.authorized(id);
  }
}
