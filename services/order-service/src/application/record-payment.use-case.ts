import { Injectable } from '@nestjs/common';
import { SagaMonitor } from './checkout/saga-monitor.js';
import { CheckoutSagaRepository } from './ports/checkout-saga.repository.js';

/**
 * The payment service says, unasked, that money has come in. It drives the same saga as the shopper's confirm: one
 * in flight goes on, a declined one is paid after all, and what arrives for a cancelled order goes back.
 */
@Injectable()
export class RecordPaymentUseCase {
  constructor(
    private readonly sagas: CheckoutSagaRepository,
    private readonly monitor: SagaMonitor,
  ) {}

  /** Gives whether a saga is due because of it. */
  async execute(paymentIntentId: string): Promise<boolean> {
    const found = await this.sagas.markPaid(paymentIntentId);
    if (found === 'none') {
      this.monitor.unmatchedPayment(paymentIntentId);
    }
    return found === 'woken';
  }
}
