import { Injectable } from '@nestjs/common';
import { CheckoutSettings } from './checkout/checkout-settings.js';
import { SagaMonitor } from './checkout/saga-monitor.js';
import { CheckoutSagaRepository } from './ports/checkout-saga.repository.js';
import { UnorderedPayments } from './unordered/unordered-payments.port.js';

/**
 * The payment service says, unasked, that money has come in. It drives the same saga as the shopper's confirm: one
 * in flight goes on, a declined one is paid after all, and what arrives for a cancelled order goes back. Where the
 * shopper has not confirmed yet the order is made without, a little later.
 */
@Injectable()
export class RecordPaymentUseCase {
  constructor(
    private readonly sagas: CheckoutSagaRepository,
    private readonly unordered: UnorderedPayments,
    private readonly settings: CheckoutSettings,
    private readonly monitor: SagaMonitor,
  ) {}

  /** Gives whether a saga is due because of them. Telling of a payment again changes nothing. */
  async execute(paymentIntentIds: readonly string[]): Promise<boolean> {
    const found = await this.sagas.markPaid(paymentIntentIds);
    for (const id of paymentIntentIds) {
      if (!found.has(id)) {
        await this.awaitOrder(id);
      }
    }
    return [...found.values()].includes('woken');
  }

  /** The money is only held: a checkout in flight takes it by itself, and where none has begun the order is made. */
  async authorized(paymentIntentId: string): Promise<void> {
    if ((await this.sagas.findByIntent(paymentIntentId)) === undefined) {
      await this.awaitOrder(paymentIntentId);
    }
  }

  private async awaitOrder(paymentIntentId: string): Promise<void> {
    const known = await this.unordered.note(paymentIntentId, this.settings.confirmGraceMs);
    if (!known) {
      this.monitor.unmatchedPayment(paymentIntentId);
    }
  }
}
