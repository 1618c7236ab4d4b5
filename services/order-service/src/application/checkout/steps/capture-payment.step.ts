import { Injectable } from '@nestjs/common';
import { DomainError, isDomainError } from '@vici/utils/domain';
import type { SagaRecord } from '../../../domain/saga-record.js';
import { type PaymentIntentStatus, Payments } from '../../ports/payments.port.js';
import type { CheckoutRun, CheckoutStep, StepResult, Undone } from './checkout-step.js';
import { refundOrder } from './refund-order.js';

/** Charges the shopper for the reserved order. */
@Injectable()
export class CapturePaymentStep implements CheckoutStep {
  readonly name = 'capture-payment';
  readonly kind = 'remote';

  constructor(private readonly payments: Payments) {}

  async action({ saga }: CheckoutRun): Promise<StepResult> {
    try {
      await this.capture(saga);
    } catch (error) {
      // A plain decline is certain. After anything else the money may have moved all the same.
      if (isDomainError(error, 'PAYMENT_DECLINED')) {
        throw error;
      }
      await this.requireCaptured(saga, error);
    }
    return {};
  }

  async compensate({ saga }: CheckoutRun): Promise<Undone> {
    return { refundId: await refundOrder(this.payments, saga), alsoUndone: ['claim-intent'] };
  }

  async resolveUnknown({ saga }: CheckoutRun): Promise<'done' | 'not-done'> {
    try {
      // Once cancelled, a charge still on its way is refused: from here on the answer cannot change.
      await this.payments.cancelIntent(saga.paymentIntentId, 'payment not finished');
      return 'not-done';
    } catch (error) {
      if (isDomainError(error, 'INVALID_TRANSITION')) {
        return (await this.statusOf(saga)) === 'succeeded' ? 'done' : 'not-done';
      }
      throw error;
    }
  }

  private async capture(saga: SagaRecord): Promise<void> {
    const { paymentMethod } = saga.context.content;
    const { status } = await this.payments.captureIntent(
      saga.paymentIntentId,
      saga.orderId,
      paymentMethod,
      saga.attempt,
    );
    if (status !== 'succeeded') {
      throw unsettled(status);
    }
  }

  /**
   * Asks the payment service, which alone knows. Only its yes counts: a failed status may belong to an earlier try,
   * so after an unknown outcome the same try is simply made again.
   */
  private async requireCaptured(saga: SagaRecord, cause: unknown): Promise<void> {
    const status = await this.statusOf(saga);
    if (status === 'processing') {
      throw unsettled(status);
    }
    if (status !== 'succeeded') {
      throw cause;
    }
  }

  private async statusOf(saga: SagaRecord): Promise<PaymentIntentStatus> {
    const intent = await this.payments.getIntent(saga.paymentIntentId);
    if (intent.status === 'succeeded' && intent.orderId !== saga.orderId) {
      throw new DomainError('PAYMENT_INTENT_USED', 'This payment belongs to another order.');
    }
    return intent.status;
  }
}

function unsettled(status: PaymentIntentStatus): DomainError {
  return new DomainError('SERVICE_UNAVAILABLE', `The payment is ${status}, not settled yet.`);
}
