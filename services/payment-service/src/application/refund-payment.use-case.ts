import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { checkpoint, DomainError, isDomainError, type Money, newId, notFound } from '@vici/utils/domain';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { ProviderRefund } from '../domain/provider-intent.js';
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
  /** No order tells the shopper of it. */
  readonly tellShopper: boolean;
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

  /**
   * Asks the provider for a promised refund again. It may have been made long ago, and a provider forgets its
   * idempotency keys after a day: so it is looked for first.
   */
  async completeAgain(refund: Refund): Promise<void> {
    const providerIntentId = await this.providerIntentId(refund);
    const made = await this.provider.refundsOf(providerIntentId);
    const known = made.find(({ reference }) => reference === refund.id);
    if (known === undefined) await this.complete(refund);
    else await this.record(refund, known);
  }

  private async complete(refund: Refund): Promise<void> {
    const providerIntentId = await this.providerIntentId(refund);
    let made: ProviderRefund;
    try {
      made = await this.provider.refund({
        providerIntentId,
        reference: refund.id,
        amount: refund.amount,
        idempotencyKey: `${refund.id}:refund`,
      });
    } catch (error) {
      // The provider has less left than the books say; any other error leaves the outcome open.
      if (isDomainError(error, 'LIMIT_EXCEEDED')) {
        await this.settlement.failRefund(refund.id, refund.intentId);
      }
      throw error;
    }
    await checkpoint('payment.after-refund');
    await this.record(refund, made);
  }

  /** A pending one is left to the webhook and to the recovery. */
  private async record(refund: Refund, made: ProviderRefund): Promise<void> {
    if (made.status === 'succeeded') await this.settlement.settleRefund(refund.id, made.id);
    if (made.status === 'failed') {
      await this.settlement.failRefund(refund.id, refund.intentId);
      throw new DomainError('SERVICE_UNAVAILABLE', 'The provider could not give the money back.');
    }
  }

  private async providerIntentId({ intentId }: Refund): Promise<string> {
    const intent = await this.intents.find(intentId);
    if (intent?.providerIntentId === undefined) throw notFound('payment intent', intentId);
    return intent.providerIntentId;
  }

  private async promise({
    intentId,
    amount,
    reason,
    reference,
    tellShopper,
  }: RefundCommand): Promise<Refund> {
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
      tellShopper,
    };
    await this.refunds.insert(refund);
    return refund;
  }
}
