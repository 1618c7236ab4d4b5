import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { checkpoint, isDomainError, type Money, newId, notFound } from '@vici/utils/domain';
import type { PaymentIntent } from '../domain/payment-intent.js';
import { assertSameRefund, type Refund, refundable } from '../domain/refund.js';
import { IntentRepository, RefundRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';
import { Settlement } from './settlement.js';

/** What is to be given back. */
export interface RefundCommand {
  readonly intentId: string;
  /** All that is left where it is missing. */
  readonly amount: Money | undefined;
  readonly reason: string;
  readonly reference: string;
}

/** Gives back all or part of a captured payment, in the same two steps as a capture. */
@Injectable()
export class RefundPayment {
  constructor(
    private readonly intents: IntentRepository,
    private readonly refunds: RefundRepository,
    private readonly provider: PaymentProvider,
    private readonly settlement: Settlement,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Idempotent by reference.
   * @throws DomainError NOT_FOUND, INVALID_TRANSITION when nothing was captured, LIMIT_EXCEEDED,
   * IDEMPOTENCY_KEY_REUSED, SERVICE_UNAVAILABLE when the provider did not answer: ask again with the same reference
   */
  async execute(command: RefundCommand): Promise<{ refundId: string; intent: PaymentIntent }> {
    const { intentId } = command;
    const refund = await this.unitOfWork.transaction(() => this.promise(command));
    if (refund.status !== 'SUCCEEDED') await this.complete(refund);
    const intent = await this.intents.find(intentId);
    if (intent === undefined) throw notFound('payment intent', intentId);
    return { refundId: refund.id, intent };
  }

  /** Asks the provider for a promised refund, for the first time or again. */
  async complete(refund: Refund): Promise<void> {
    const intent = await this.intents.find(refund.intentId);
    if (intent?.providerIntentId === undefined) throw notFound('payment intent', refund.intentId);
    try {
      await this.provider.refund({
        providerIntentId: intent.providerIntentId,
        reference: refund.id,
        amount: refund.amount,
        idempotencyKey: `${refund.id}:refund`,
      });
    } catch (error) {
      // The provider has less left than the books say; any other error leaves the outcome open.
      if (isDomainError(error, 'LIMIT_EXCEEDED')) await this.settlement.rejectRefund(refund.id, intent.id);
      throw error;
    }
    await checkpoint('payment.after-refund');
    await this.settlement.settleRefund(refund.id);
  }

  private async promise({ intentId, amount, reason, reference }: RefundCommand): Promise<Refund> {
    const intent = await this.intents.lock(intentId);
    if (intent === undefined) throw notFound('payment intent', intentId);
    const known = await this.refunds.findByReference(intentId, reference);
    if (known !== undefined) {
      assertSameRefund(known, amount);
      return known;
    }
    const given = refundable(intent, await this.refunds.promised(intentId), amount);
    const refund: Refund = {
      id: newId<'Refund'>(),
      intentId,
      reference,
      amount: given,
      reason,
      status: 'PENDING',
    };
    await this.refunds.insert(refund);
    return refund;
  }
}
