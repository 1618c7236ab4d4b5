import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { captureKey } from '../domain/payment-intent.js';
import type { ProviderEvent } from '../domain/provider-intent.js';
import { IntentRepository, ProviderEventRepository, RefundRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';
import { Settlement } from './settlement.js';

/** Takes in what the provider tells: kept first, then applied, in any order and any number of times. */
@Injectable()
export class ReceiveWebhook {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly stored: ProviderEventRepository,
    private readonly intents: IntentRepository,
    private readonly refunds: RefundRepository,
    private readonly settlement: Settlement,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws DomainError INVALID_TOKEN, VALIDATION_FAILED */
  async execute(body: string, signature: string): Promise<void> {
    const event = this.provider.parseWebhook(body, signature);
    if (event === undefined) return;
    await this.unitOfWork.transaction(() => this.stored.store(this.provider.name, event));
    await this.apply(event.id);
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

  /** An account at the provider may serve others too: what is not ours is left alone. */
  private async settle({ intent: told, refund, idempotencyKey }: ProviderEvent): Promise<void> {
    const intent = await this.intents.lock(told.reference);
    if (intent === undefined) return;
    // A decline that answers an older try says nothing about the last one.
    if (told.status !== 'declined' || idempotencyKey === captureKey(intent)) {
      await this.settlement.settleIntent(intent.id, told);
    }
    if (refund !== undefined && (await this.refunds.find(refund.reference)) !== undefined) {
      await this.settlement.settleRefund(refund.reference);
    }
  }
}
