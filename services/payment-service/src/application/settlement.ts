import { Injectable } from '@nestjs/common';
import { isCommitRefused, UnitOfWork } from '@vici/database';
import { notFound } from '@vici/utils';
import { captureEntries, refundEntries, refundReversedEntries } from '../domain/ledger.js';
import { type PaymentIntent, settled, withdrawn } from '../domain/payment-intent.js';
import type { ProviderIntent } from '../domain/provider-intent.js';
import { IntentRepository, Ledger, RefundRepository } from './payment.repositories.js';
import { PaymentAnnouncer } from './payment-announcer.js';

/**
 * The one place where money moves in the books. Whoever learns what the provider did (the caller that asked, a webhook,
 * the recovery) brings it here, in any order and any number of times: status, ledger and event change together, once.
 */
@Injectable()
export class Settlement {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly intents: IntentRepository,
    private readonly refunds: RefundRepository,
    private readonly ledger: Ledger,
    private readonly announcer: PaymentAnnouncer,
  ) {}

  /**
   * Brings an intent up to what the provider says.
   * @param attempt the try a decline answers; the last one where it is missing
   */
  async settleIntent(id: string, provider: ProviderIntent, attempt?: number): Promise<PaymentIntent> {
    return await this.unitOfWork.transaction(async () => {
      const intent = await this.intents.lock(id);
      if (intent === undefined) throw notFound('payment intent', id);
      return await this.settleLocked(intent, provider, attempt);
    });
  }

  /** `settleIntent` for a try of this process that has just been answered: locked only where others changed it meanwhile. */
  async settleTry(begun: PaymentIntent, provider: ProviderIntent, attempt: number): Promise<PaymentIntent> {
    const next = settled(begun, provider, attempt);
    const isSettled = next !== begun && (await this.settleUnchanged(begun, next));
    return isSettled ? next : await this.settleIntent(begun.id, provider, attempt);
  }

  /** False: the intent was changed meanwhile, and nothing is written. */
  private async settleUnchanged(begun: PaymentIntent, next: PaymentIntent): Promise<boolean> {
    try {
      await this.unitOfWork.transaction(async () => {
        await this.intents.saveUnchanged(next);
        await this.record(begun, next);
      });
      return true;
    } catch (error) {
      if (isCommitRefused(error)) return false;
      throw error;
    }
  }

  /** `settleIntent` for an intent that the current transaction has locked. */
  async settleLocked(
    intent: PaymentIntent,
    provider: ProviderIntent,
    attempt?: number,
  ): Promise<PaymentIntent> {
    const next = settled(intent, provider, attempt);
    if (next === intent) return intent;
    await this.intents.save(next);
    await this.record(intent, next);
    return next;
  }

  /** What goes with the change of an intent, in its transaction. */
  private async record(before: PaymentIntent, next: PaymentIntent): Promise<void> {
    if (next.status === 'SUCCEEDED' && !next.captured.isZero()) {
      await this.ledger.record(captureEntries(next.id, next.captured));
    }
    if (next.status !== before.status) await this.announcer.settled(next);
    else if (next.authorized) await this.announcer.authorized(next);
  }

  /** Takes back a try that the provider has never heard of. */
  async withdraw(id: string, attempt: number): Promise<void> {
    await this.intents.update(id, (intent) => (intent.attempt === attempt ? withdrawn(intent) : intent));
  }

  /** Records that the provider made a refund. */
  async settleRefund(refundId: string, providerRefundId: string): Promise<void> {
    const known = await this.refunds.find(refundId);
    if (known === undefined) throw notFound('refund', refundId);
    await this.unitOfWork.transaction(async () => {
      const intent = await this.intents.lock(known.intentId);
      const refund = await this.refunds.find(refundId);
      if (intent === undefined || refund === undefined || refund.status === 'SUCCEEDED') return;
      const next = { ...intent, refunded: intent.refunded.add(refund.amount) };
      await this.intents.save(next);
      await this.refunds.setStatus(refundId, 'SUCCEEDED', providerRefundId);
      await this.ledger.record(refundEntries(intent.id, refundId, refund.amount));
      await this.announcer.refunded(next, refund);
    });
  }

  /**
   * Records that the provider did not make a refund after all: what it would have given back is free for another. One
   * that was recorded as made, and came back, is taken out of the books again.
   */
  async failRefund(refundId: string, intentId: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const intent = await this.intents.lock(intentId);
      const refund = await this.refunds.find(refundId);
      if (intent === undefined || refund === undefined || refund.status === 'FAILED') return;
      if (refund.status === 'SUCCEEDED') {
        await this.intents.save({ ...intent, refunded: intent.refunded.subtract(refund.amount) });
        await this.ledger.record(refundReversedEntries(intentId, refundId, refund.amount));
      }
      await this.refunds.setStatus(refundId, 'FAILED');
      this.announcer.refundFailed(refund);
    });
  }
}
