import { Injectable } from '@nestjs/common';
import { checkpoint, DomainError } from '@vici/utils/domain';
import {
  beginCapture,
  captureKey,
  declined,
  type PaymentIntent,
  paymentLife,
} from '../domain/payment-intent.js';
import type { ProviderIntent } from '../domain/provider-intent.js';
import { IntentRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';
import { Settlement } from './settlement.js';

/** One try to charge an intent for its order. */
export interface CaptureCommand {
  readonly id: string;
  readonly orderId: string;
  readonly paymentMethod: string;
  readonly attempt: number;
}

/**
 * Charges an intent, once. The try is written down before the provider is asked and its answer after, with no
 * transaction open in between: whatever dies when, asking again with the same key finds out and never charges twice.
 */
@Injectable()
export class CaptureIntent {
  constructor(
    private readonly intents: IntentRepository,
    private readonly provider: PaymentProvider,
    private readonly settlement: Settlement,
  ) {}

  /**
   * A captured intent is returned as it is, whatever the number of the try.
   * @throws DomainError PAYMENT_DECLINED (details.declineCode), NOT_FOUND, PAYMENT_INTENT_USED, INVALID_TRANSITION,
   * REQUEST_IN_PROGRESS, SERVICE_UNAVAILABLE when the provider did not answer: ask again with the same number
   */
  async execute({ id, orderId, paymentMethod, attempt }: CaptureCommand): Promise<PaymentIntent> {
    const { intent, providerIntentId } = await this.begin(id, orderId, attempt);
    if (intent.status === 'SUCCEEDED') return intent;
    await checkpoint('payment.before-provider');
    const answer = await this.take(intent, providerIntentId, paymentMethod);
    await checkpoint('payment.after-provider');
    const settled = await this.settlement.settleTry(intent, answer, attempt);
    return outcomeOf(settled, attempt);
  }

  private async begin(id: string, orderId: string, attempt: number) {
    const intent = await this.intents.update(id, (current) => {
      if (current.providerIntentId === undefined) throw notOpen(id);
      return beginCapture(current, orderId, attempt);
    });
    const { providerIntentId } = intent;
    if (providerIntentId === undefined) throw notOpen(id);
    return { intent, providerIntentId };
  }

  /** Pays with the method; what the shopper has approved in the browser already is only taken. */
  private async take(
    intent: PaymentIntent,
    providerIntentId: string,
    paymentMethod: string,
  ): Promise<ProviderIntent> {
    const idempotencyKey = captureKey(intent);
    if (!intent.authorized) {
      const { customerId } = intent;
      const confirmed = await this.provider.confirm({
        providerIntentId,
        paymentMethod,
        idempotencyKey,
        ...(customerId !== undefined && !intent.openedForCustomer && { customerId }),
      });
      if (confirmed.status !== 'authorized') return confirmed;
    }
    return await this.provider.capture({ providerIntentId, idempotencyKey: `${idempotencyKey}:take` });
  }
}

function notOpen(id: string): DomainError {
  return new DomainError('INVALID_TRANSITION', 'The payment is not open at the provider yet.', { id });
}

function outcomeOf(intent: PaymentIntent, attempt: number): PaymentIntent {
  if (intent.status === 'FAILED') throw declined(intent.declineCode ?? 'processing_error');
  if (intent.status === 'CANCELLED') paymentLife.assert(intent.status, 'SUCCEEDED');
  // Another try began after this one was given up; its answer is not this caller's.
  if (intent.status === 'PROCESSING' && intent.attempt !== attempt) {
    throw new DomainError('REQUEST_IN_PROGRESS', 'Another try of this payment is under way.');
  }
  return intent;
}
