import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { checkpoint, Metrics } from '@vici/utils';
import { captureKey, type PaymentIntent } from '../domain/payment-intent.js';
import type { ProviderEvent } from '../domain/provider-intent.js';
import { IntentRepository, ProviderEventRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';
import { RecordDispute } from './record-dispute.js';
import { RecordRefund } from './record-refund.js';
import { Settlement } from './settlement.js';

type Outcome = 'applied' | 'known' | 'ignored' | 'failed';

/** Takes in what the provider tells: kept before it is answered, applied in any order and any number of times. */
@Injectable()
export class ReceiveWebhook {
  private readonly counted;

  constructor(
    private readonly provider: PaymentProvider,
    private readonly stored: ProviderEventRepository,
    private readonly intents: IntentRepository,
    private readonly settlement: Settlement,
    private readonly refunds: RecordRefund,
    private readonly disputes: RecordDispute,
    private readonly unitOfWork: UnitOfWork,
    metrics: Metrics,
  ) {
    this.counted = metrics.counter(
      'payment_webhooks_total',
      'Messages of the provider by what became of them',
      ['outcome'],
    );
  }

  /**
   * Kept and applied in one transaction. When it cannot be applied it is kept all the same, for the recovery, and the
   * failure is thrown on, so that the provider sends it again.
   * @throws DomainError INVALID_TOKEN, VALIDATION_FAILED
   */
  async execute(body: string, signature: string): Promise<void> {
    const event = this.provider.parseWebhook(body, signature);
    const outcome = event === undefined ? 'ignored' : await this.take(event);
    this.counted.inc({ outcome });
  }

  /** Applies a kept event, unless it was applied before. */
  async apply(eventId: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      const event = await this.stored.lockUnapplied(this.provider.name, eventId);
      if (event === undefined) return;
      await this.settle(event);
      await this.stored.markApplied(this.provider.name, eventId);
    });
  }

  private async take(event: ProviderEvent): Promise<Outcome> {
    try {
      if (await this.isOldNews(event)) return 'applied';
      return await this.unitOfWork.transaction(async () => {
        if (!(await this.stored.storeApplied(this.provider.name, event))) return 'known';
        await this.settle(event);
        await checkpoint('payment.webhook-applied');
        return 'applied';
      });
    } catch (error) {
      this.counted.inc({ outcome: 'failed' });
      await this.stored.store(this.provider.name, event);
      throw error;
    }
  }

  /** Mostly the answer to the charge was quicker: then there is nothing to lock, only the event to be kept. */
  private async isOldNews(event: ProviderEvent): Promise<boolean> {
    const { intent, refund, dispute } = event;
    if (intent === undefined || refund !== undefined || dispute !== undefined) return false;
    const kept = await this.stored.storeOldNews(this.provider.name, event, intent.reference);
    if (kept) await checkpoint('payment.webhook-applied');
    return kept;
  }

  /** An account at the provider may serve others too: what is not ours is left alone. */
  private async settle(event: ProviderEvent): Promise<void> {
    const intent = await this.intentOf(event);
    if (intent === undefined) return;
    const { intent: told, refund, dispute, idempotencyKey } = event;
    // A decline that answers an older try says nothing about the last one.
    if (told !== undefined && (told.status !== 'declined' || idempotencyKey === captureKey(intent))) {
      await this.settlement.settleLocked(intent, told);
    }
    if (refund !== undefined) await this.refunds.execute(intent, refund);
    if (dispute !== undefined) await this.disputes.execute(intent, dispute);
  }

  private async intentOf({ intent, refund, dispute }: ProviderEvent): Promise<PaymentIntent | undefined> {
    if (intent !== undefined) return await this.intents.lock(intent.reference);
    const id = refund?.providerIntentId ?? dispute?.providerIntentId;
    return id === undefined ? undefined : await this.intents.lockAtProvider(this.provider.name, id);
  }
}
