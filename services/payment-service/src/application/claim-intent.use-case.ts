import { Injectable } from '@nestjs/common';
import type { Money } from '@vici/utils/domain';
import { claimed, type PaymentIntent } from '../domain/payment-intent.js';
import { IntentRepository } from './payment.repositories.js';

/** Ties an intent to the one order it may pay. */
@Injectable()
export class ClaimIntent {
  constructor(private readonly intents: IntentRepository) {}

  /**
   * Idempotent for that order.
   * @throws DomainError NOT_FOUND, PAYMENT_INTENT_USED, AMOUNT_MISMATCH, INVALID_TRANSITION for a cancelled intent,
   * CONFLICT when the order has another intent
   */
  async execute(
    id: string,
    claim: { orderId: string; userId: string; amount: Money },
  ): Promise<PaymentIntent> {
    return await this.intents.update(id, (intent) => claimed(intent, claim));
  }
}
