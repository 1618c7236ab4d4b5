import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, DomainError, Money, newId, notFound } from '@vici/utils/domain';
import type { PaymentIntent } from '../domain/payment-intent.js';
import { IntentRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';

/** Opens a payment, here and at the provider. */
@Injectable()
export class OpenIntent {
  constructor(
    private readonly intents: IntentRepository,
    private readonly provider: PaymentProvider,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Idempotent by user and key; one that was not opened at the provider yet is opened now.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED when the key was used for another amount
   */
  async execute(userId: string, amount: Money, idempotencyKey: string): Promise<PaymentIntent> {
    const intent = await this.unitOfWork.transaction(() =>
      this.intents.open(this.newIntent(userId, amount), idempotencyKey),
    );
    if (!intent.amount.equals(amount)) {
      throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'The key was used for a payment of another amount.');
    }
    return intent.providerIntentId === undefined ? await this.openAtProvider(intent) : intent;
  }

  /** Opens an intent at the provider that is only written down here. */
  async openAtProvider(intent: PaymentIntent): Promise<PaymentIntent> {
    const opened = await this.provider.createIntent({
      reference: intent.id,
      amount: intent.amount,
      idempotencyKey: `${intent.id}:create`,
    });
    return await this.unitOfWork.transaction(async () => {
      const current = await this.intents.lock(intent.id);
      if (current === undefined) throw notFound('payment intent', intent.id);
      if (current.providerIntentId !== undefined) return current;
      const next = { ...current, providerIntentId: opened.id, clientSecret: opened.clientSecret };
      await this.intents.save(next);
      return next;
    });
  }

  private newIntent(userId: string, amount: Money): PaymentIntent {
    return {
      id: newId<'PaymentIntent'>(),
      provider: this.provider.name,
      providerIntentId: undefined,
      userId,
      orderId: undefined,
      amount,
      status: 'PENDING',
      clientSecret: '',
      captured: Money.zero(amount.currency),
      refunded: Money.zero(amount.currency),
      declineCode: undefined,
      attempt: 0,
      createdAt: this.clock.now(),
    };
  }
}
