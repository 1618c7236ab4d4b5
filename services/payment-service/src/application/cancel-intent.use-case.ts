import { Injectable } from '@nestjs/common';
import { DomainError, notFound } from '@vici/utils/domain';
import { type PaymentIntent, paymentLife } from '../domain/payment-intent.js';
import { OpenIntent } from './open-intent.use-case.js';
import { IntentRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';
import { Settlement } from './settlement.js';

/** Ends an intent that was not captured, here and at the provider. */
@Injectable()
export class CancelIntent {
  constructor(
    private readonly intents: IntentRepository,
    private readonly opening: OpenIntent,
    private readonly provider: PaymentProvider,
    private readonly settlement: Settlement,
  ) {}

  /**
   * Idempotent. Whether a try under way still counts is decided by the provider.
   * @throws DomainError NOT_FOUND, INVALID_TRANSITION when the intent was captured
   */
  async execute(id: string): Promise<PaymentIntent> {
    const intent = await this.intents.find(id);
    if (intent === undefined) throw notFound('payment intent', id);
    if (intent.status === 'CANCELLED') return intent;
    paymentLife.assert(intent.status, 'CANCELLED');
    const { providerIntentId } =
      intent.providerIntentId === undefined ? await this.opening.openAtProvider(intent) : intent;
    if (providerIntentId === undefined) throw new Error(`Intent ${id} is not open at the provider`);
    const answer = await this.provider.cancel({ providerIntentId, idempotencyKey: `${id}:cancel` });
    if (answer.status === 'processing') {
      throw new DomainError('SERVICE_UNAVAILABLE', 'The payment is under way and cannot be ended yet.');
    }
    const settled = await this.settlement.settleIntent(id, answer);
    if (settled.status !== 'CANCELLED') paymentLife.assert(settled.status, 'CANCELLED');
    return settled;
  }
}
