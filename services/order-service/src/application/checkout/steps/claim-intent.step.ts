import { Injectable } from '@nestjs/common';
import { isDomainError } from '@vici/utils/domain';
import { Payments } from '../../ports/payments.port.js';
import type { CheckoutRun, CheckoutStep, StepResult, Undone } from './checkout-step.js';
import { refundOrder } from './refund-order.js';

/** Ties the payment intent to this one order. */
@Injectable()
export class ClaimIntentStep implements CheckoutStep {
  readonly name = 'claim-intent';
  readonly kind = 'remote';

  constructor(private readonly payments: Payments) {}

  async action({ saga }: CheckoutRun): Promise<StepResult> {
    const { total } = saga.context.content;
    const intent = await this.payments.claimIntent(saga.paymentIntentId, saga.orderId, saga.userId, total);
    // Paid in the browser before the order was confirmed: there is nothing left to charge, only to give back.
    return intent.status === 'succeeded' ? { alsoDone: ['capture-payment'] } : {};
  }

  async compensate(run: CheckoutRun): Promise<Undone> {
    const { saga } = run;
    if (saga.refundId !== undefined) {
      return {};
    }
    try {
      await this.payments.cancelIntent(saga.paymentIntentId, saga.outcome?.reason ?? 'order cancelled');
      return {};
    } catch (error) {
      if (isDomainError(error, 'INVALID_TRANSITION')) {
        return { refundId: await refundOrder(this.payments, saga) };
      }
      if (isDomainError(error, 'NOT_FOUND')) {
        return {};
      }
      throw error;
    }
  }
}
