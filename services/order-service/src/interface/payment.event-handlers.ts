import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type DomainEvent, OnEvent } from '@vici/events';
import { RecordPaymentUseCase } from '../application/record-payment.use-case.js';
import { CheckoutWorker } from '../infrastructure/checkout.worker.js';
import type { OrderTables } from '../infrastructure/order.tables.js';

/** What the payment service tells of. */
@Injectable()
export class PaymentEventHandlers {
  constructor(
    private readonly recordPayment: RecordPaymentUseCase,
    private readonly worker: CheckoutWorker,
    @Inject(Database) private readonly database: Database<OrderTables>,
  ) {}

  @OnEvent('payment.succeeded')
  async paymentSucceeded(event: DomainEvent<'payment.succeeded'>): Promise<void> {
    const due = await this.recordPayment.execute(event.data.paymentIntentId);
    if (due) {
      this.database.afterCommit(() => this.worker.wake());
    }
  }

  @OnEvent('payment.authorized')
  async paymentAuthorized(event: DomainEvent<'payment.authorized'>): Promise<void> {
    await this.recordPayment.authorized(event.data.paymentIntentId);
  }
}
