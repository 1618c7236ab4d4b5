import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { notFound } from '@vici/utils/domain';
import { captureEntries, refundEntries } from '../domain/ledger.js';
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
      const next = settled(intent, provider, attempt);
      if (next === intent) return intent;
      await this.intents.save(next);
      if (next.status === 'SUCCEEDED') await this.ledger.record(captureEntries(id, next.captured));
      await this.announcer.settled(next);
      return next;
    });
  }

  /** Takes back a try that the provider has never heard of. */
  async withdraw(id: string, attempt: number): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const intent = await this.intents.lock(id);
      if (intent === undefined || intent.attempt !== attempt) return;
      const next = withdrawn(intent);
      if (next !== intent) await this.intents.save(next);
    });
  }

  /** Records that the provider made a refund. */
  async settleRefund(refundId: string): Promise<void> {
    const known = await this.refunds.find(refundId);
    if (known === undefined) throw notFound('refund', refundId);
    await this.unitOfWork.transaction(async () => {
      const intent = await this.intents.lock(known.intentId);
      const refund = await this.refunds.find(refundId);
      if (intent === undefined || refund === undefined || refund.status === 'SUCCEEDED') return;
      const next = { ...intent, refunded: intent.refunded.add(refund.amount) };
      await this.intents.save(next);
      await this.refunds.setStatus(refundId, 'SUCCEEDED');
      await this.ledger.record(refundEntries(intent.id, refundId, refund.amount));
      await this.announcer.refunded(next, refund);
    });
  }

  /** Records that the provider refused a refund: what it would have given back is free for another. */
  async rejectRefund(refundId: string, intentId: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      await this.intents.lock(intentId);
      const refund = await this.refunds.find(refundId);
      if (refund?.status === 'PENDING') await this.refunds.setStatus(refundId, 'FAILED');
    });
  }
}
