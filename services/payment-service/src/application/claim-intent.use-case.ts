import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { type Money, notFound } from '@vici/utils/domain';
import { claimed, type PaymentIntent } from '../domain/payment-intent.js';
import { IntentRepository } from './payment.repositories.js';

/** Ties an intent to the one order it may pay. */
@Injectable()
export class ClaimIntent {
  constructor(
    private readonly intents: IntentRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Idempotent for that order.
   * @throws DomainError NOT_FOUND, PAYMENT_INTENT_USED, AMOUNT_MISMATCH, INVALID_TRANSITION for a cancelled intent,
   * CONFLICT when the order has another intent
   */
  async execute(
    id: string,
    claim: { orderId: string; userId: string; amount: Money },
  ): Promise<PaymentIntent> {
    return await this.unitOfWork.transaction(async () => {
      const intent = await this.intents.lock(id);
      if (intent === undefined) throw notFound('payment intent', id);
      const next = claimed(intent, claim);
      if (next !== intent) await this.intents.save(next);
      return next;
    });
  }
}
