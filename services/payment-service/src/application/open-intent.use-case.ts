import { Injectable } from '@nestjs/common';
import { Clock, checkpoint, DomainError, Money, newId } from '@vici/utils/domain';
import type { PaymentIntent } from '../domain/payment-intent.js';
import { IntentRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';

/** Opens a payment, here and at the provider. */
@Injectable()
export class OpenIntent {
  constructor(
    private readonly intents: IntentRepository,
    private readonly provider: PaymentProvider,
    private readonly clock: Clock,
  ) {}

  /**
   * Idempotent by user and key; one that was not opened at the provider yet is opened now.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED when the key was used for another amount
   */
  async execute(userId: string, amount: Money, idempotencyKey: string): Promise<PaymentIntent> {
    const intent = await this.intents.open(this.newIntent(userId, amount), idempotencyKey);
    if (!intent.amount.equals(amount)) {
      throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'The key was used for a payment of another amount.');
    }
    return intent.providerIntentId === undefined ? await this.openAtProvider(intent) : intent;
  }

  /** Opens an intent at the provider that is only written down here. */
  async openAtProvider(intent: PaymentIntent): Promise<PaymentIntent> {
    const { customerId } = intent;
    const opened = await this.provider.createIntent({
      reference: intent.id,
      amount: intent.amount,
      idempotencyKey: `${intent.id}:create`,
      ...(customerId !== undefined && intent.openedForCustomer && { customerId }),
    });
    await checkpoint('payment.after-open');
    return await this.intents.markOpened(intent.id, {
      providerIntentId: opened.id,
      clientSecret: opened.clientSecret,
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
      customerId: undefined,
      openedForCustomer: false,
      authorized: false,
      captured: Money.zero(amount.currency),
      refunded: Money.zero(amount.currency),
      declineCode: undefined,
      attempt: 0,
      createdAt: this.clock.now(),
      version: 0,
    };
  }
}
