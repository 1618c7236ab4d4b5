import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DomainError, type Money } from '@vici/utils';
import { PaymentProvider } from '../../application/payment-provider.js';
import type { ProviderEvent, ProviderIntent, ProviderRefund } from '../../domain/provider-intent.js';
import {
  decodeProviderEvent,
  encodeProviderEvent,
  providerIntentSchema,
  providerRefundSchema,
} from '../provider-event.codec.js';
import { SandboxBooks } from './sandbox.books.js';
import { sandboxCard } from './sandbox-cards.js';

/**
 * A payment processor that moves no money: what it does depends only on the payment method's name (`sandboxCard`). It
 * keeps its own books, so that its state and that of the service can differ, as with a real one.
 */
@Injectable()
export class SandboxPaymentProvider extends PaymentProvider {
  readonly name = 'sandbox';
  /** Webhooks are delivered by the process that signs them. */
  readonly #secret = randomBytes(32);

  constructor(private readonly books: SandboxBooks) {
    super();
  }

  async createIntent(request: {
    readonly reference: string;
    readonly amount: Money;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent> {
    const { reference, amount, idempotencyKey } = request;
    const asked = ['create', reference, amount.minor.toString(), amount.currency];
    const answer = await this.books.once(idempotencyKey, asked, async () =>
      encode(await this.books.open(reference, amount)),
    );
    return providerIntentSchema.parse(JSON.parse(answer));
  }

  async capture(request: {
    readonly providerIntentId: string;
    readonly paymentMethod: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent> {
    const { providerIntentId, paymentMethod, idempotencyKey } = request;
    const { thinksMs } = sandboxCard(paymentMethod);
    if (thinksMs !== undefined) await sleep(thinksMs);
    const asked = ['capture', providerIntentId, paymentMethod];
    const answer = await this.books.once(idempotencyKey, asked, async () =>
      encode(await this.charge(providerIntentId, paymentMethod, idempotencyKey)),
    );
    return providerIntentSchema.parse(JSON.parse(answer));
  }

  async cancel(request: {
    readonly providerIntentId: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent> {
    const { providerIntentId, idempotencyKey } = request;
    const answer = await this.books.once(idempotencyKey, ['cancel', providerIntentId], async () => {
      const intent = await this.books.lock(providerIntentId);
      if (isOver(intent)) return encode(intent);
      const cancelled = await this.books.setStatus(providerIntentId, 'cancelled');
      await this.books.tell({ intent: cancelled, idempotencyKey });
      return encode(cancelled);
    });
    return providerIntentSchema.parse(JSON.parse(answer));
  }

  async refund(request: {
    readonly providerIntentId: string;
    readonly reference: string;
    readonly amount: Money;
    readonly idempotencyKey: string;
  }): Promise<ProviderRefund> {
    const { providerIntentId, reference, amount, idempotencyKey } = request;
    const asked = ['refund', providerIntentId, reference, amount.minor.toString(), amount.currency];
    const answer = await this.books.once(idempotencyKey, asked, async () => {
      const intent = await this.books.lock(providerIntentId);
      const left = await this.books.refundable(intent);
      if (amount.compare(left) > 0) {
        throw new DomainError('LIMIT_EXCEEDED', 'The processor has less left to give back.');
      }
      const refund = { id: await this.books.refund(providerIntentId, reference, amount), reference, amount };
      await this.books.tell({ intent, idempotencyKey, refund });
      return encode(refund);
    });
    return providerRefundSchema.parse(JSON.parse(answer));
  }

  async getIntent(providerIntentId: string): Promise<ProviderIntent> {
    return await this.books.find(providerIntentId);
  }

  parseWebhook(body: string, signature: string): ProviderEvent {
    const expected = Buffer.from(this.sign(body), 'hex');
    const given = Buffer.from(signature, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new DomainError('INVALID_TOKEN', 'The signature of the message is not valid.');
    }
    return decodeProviderEvent(JSON.parse(body));
  }

  /** The signature a webhook with this body is sent with: HMAC-SHA-256, hexadecimal. */
  sign(body: string): string {
    return createHmac('sha256', this.#secret).update(body).digest('hex');
  }

  private async charge(id: string, paymentMethod: string, idempotencyKey: string): Promise<ProviderIntent> {
    const intent = await this.books.lock(id);
    if (isOver(intent)) return intent;
    const card = sandboxCard(paymentMethod);
    if (card.declineCode === undefined) await this.books.charge(id, intent.amount);
    const answered = await (card.declineCode === undefined
      ? this.books.setStatus(id, 'succeeded')
      : this.books.setStatus(id, 'declined', card.declineCode));
    await this.books.tell({ intent: answered, idempotencyKey }, card);
    return answered;
  }
}

function isOver({ status }: ProviderIntent): boolean {
  return status === 'succeeded' || status === 'cancelled';
}

/** Amounts as text; the schemas of the codec read them back and leave out what is not part of the answer. */
function encode(answer: ProviderIntent | ProviderRefund): string {
  return encodeProviderEvent(answer);
}
