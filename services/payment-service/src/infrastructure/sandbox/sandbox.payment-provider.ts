import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DomainError, newId } from '@vici/utils';
import {
  type ConfirmRequest,
  type OpenRequest,
  PaymentProvider,
  type RefundRequest,
} from '../../application/payment-provider.js';
import type {
  ProviderDispute,
  ProviderEvent,
  ProviderIntent,
  ProviderRefund,
  ProviderTransaction,
  SavedMethod,
} from '../../domain/provider-intent.js';
import { decodeProviderEvent, providerIntentSchema, providerRefundSchema } from '../provider-event.codec.js';
import {
  compact,
  providerIntent,
  SandboxBooks,
  type SandboxChange,
  type SandboxIntent,
} from './sandbox.books.js';
import { SandboxVault } from './sandbox.vault.js';
import { type SandboxCard, sandboxCard } from './sandbox-cards.js';
import { SandboxWebhookSignal } from './sandbox-webhook.signal.js';

/**
 * A payment processor that moves no money: what it does depends only on the payment method's name (`sandboxCard`). It
 * keeps its own books, so that its state and that of the service can differ, as with a real one.
 */
@Injectable()
export class SandboxPaymentProvider extends PaymentProvider {
  readonly name = 'sandbox';
  /** Webhooks are delivered by the process that signs them. */
  readonly #secret = createSecretKey(randomBytes(32));

  constructor(
    private readonly books: SandboxBooks,
    private readonly vault: SandboxVault,
    private readonly signal: SandboxWebhookSignal,
  ) {
    super();
  }

  async createIntent({
    reference,
    amount,
    customerId,
    idempotencyKey,
  }: OpenRequest): Promise<ProviderIntent> {
    const request = { reference, amount, ...(customerId !== undefined && { customerId }) };
    return providerIntentSchema.parse(await this.books.open(idempotencyKey, request));
  }

  async confirm(request: ConfirmRequest): Promise<ProviderIntent> {
    const { providerIntentId: intentId, paymentMethod, customerId, idempotencyKey: key } = request;
    const { thinksMs } = sandboxCard(paymentMethod);
    if (thinksMs !== undefined) await sleep(thinksMs);
    const asked = { key, intentId, asked: ['confirm', paymentMethod] };
    const answer = await this.books.onceOpened(asked, (intent) =>
      this.charge({ ...intent, customerId: intent.customerId ?? customerId ?? null }, paymentMethod, key),
    );
    return this.heard(providerIntentSchema.parse(answer));
  }

  async capture(request: {
    readonly providerIntentId: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent> {
    const { providerIntentId: intentId, idempotencyKey: key } = request;
    const answer = await this.books.once({ key, intentId, asked: ['capture'] }, (intent) =>
      intent.status === 'authorized' ? charged(intent, {}, key) : asItIs(intent),
    );
    return this.heard(providerIntentSchema.parse(answer));
  }

  async cancel(request: {
    readonly providerIntentId: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent> {
    const { providerIntentId: intentId, idempotencyKey } = request;
    const answer = await this.books.once({ key: idempotencyKey, intentId, asked: ['cancel'] }, (intent) => {
      if (isOver(intent)) return asItIs(intent);
      const { declineCode: _declineCode, ...rest } = intent;
      return changed({ ...rest, status: 'cancelled' }, idempotencyKey);
    });
    return this.heard(providerIntentSchema.parse(answer));
  }

  async refund({
    providerIntentId,
    reference,
    amount,
    idempotencyKey,
  }: RefundRequest): Promise<ProviderRefund> {
    const asked = ['refund', reference, amount.minor.toString(), amount.currency];
    const request = { key: idempotencyKey, intentId: providerIntentId, asked };
    const answer = await this.books.once(request, async (intent) => {
      const left = await this.books.refundable(intent);
      if (amount.compare(left) > 0) {
        throw new DomainError('LIMIT_EXCEEDED', 'The processor has less left to give back.');
      }
      const id = `re_sandbox_${compact(newId())}`;
      const refund: ProviderRefund = { id, providerIntentId, reference, amount, status: 'succeeded' };
      const event = { intent: providerIntent(intent), idempotencyKey, refund };
      return { answer: refund, refund, tell: [{ event }] };
    });
    return this.heard(providerRefundSchema.parse(answer));
  }

  async getIntent(providerIntentId: string): Promise<ProviderIntent> {
    return await this.books.find(providerIntentId);
  }

  async refundsOf(providerIntentId: string): Promise<ProviderRefund[]> {
    return await this.books.refundsOf(providerIntentId);
  }

  transactions(from: Date, to: Date): AsyncIterable<ProviderTransaction> {
    return this.books.transactions(from, to);
  }

  async createCustomer(request: {
    readonly reference: string;
    readonly idempotencyKey: string;
  }): Promise<string> {
    return await this.vault.createCustomer(request.reference, request.idempotencyKey);
  }

  async saveMethod(request: {
    readonly customerId: string;
    readonly paymentMethod: string;
    readonly idempotencyKey: string;
  }): Promise<SavedMethod> {
    return await this.vault.save(request.customerId, request.paymentMethod, request.idempotencyKey);
  }

  async savedMethods(customerId: string): Promise<SavedMethod[]> {
    return await this.vault.list(customerId);
  }

  async removeMethod(request: { readonly customerId: string; readonly methodId: string }): Promise<void> {
    await this.vault.remove(request.customerId, request.methodId);
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

  private async charge(
    intent: SandboxIntent,
    paymentMethod: string,
    key: string,
  ): Promise<SandboxChange<ProviderIntent>> {
    if (isOver(intent) || intent.status === 'authorized') return asItIs(intent);
    const card = sandboxCard(await this.vault.testName(paymentMethod, intent.customerId));
    const { declineCode } = card;
    if (declineCode === undefined) return charged(intent, card, key);
    return changed({ ...intent, status: 'declined', declineCode }, key, card);
  }

  private heard<A>(answer: A): A {
    this.signal.wake();
    return answer;
  }
}

function isOver({ status }: ProviderIntent): boolean {
  return status === 'succeeded' || status === 'cancelled';
}

function asItIs(intent: SandboxIntent): SandboxChange<ProviderIntent> {
  return { answer: providerIntent(intent) };
}

function changed(
  intent: SandboxIntent,
  idempotencyKey: string,
  card: SandboxCard = {},
): SandboxChange<ProviderIntent> {
  const answer = providerIntent(intent);
  return { answer, intent, tell: [{ event: { intent: answer, idempotencyKey }, card }] };
}

function charged(intent: SandboxIntent, card: SandboxCard, key: string): SandboxChange<ProviderIntent> {
  const { declineCode: _declineCode, ...rest } = intent;
  const change = changed({ ...rest, status: 'succeeded', captured: intent.amount }, key, card);
  const { tell = [] } = change;
  const dispute =
    card.disputedFor === undefined ? [] : [{ event: { dispute: complaint(intent, card.disputedFor) } }];
  return { ...change, charge: intent.amount, tell: [...tell, ...dispute] };
}

/** A complaint about the whole charge. */
export function complaint({ id, amount }: SandboxIntent, reason: string): ProviderDispute {
  return {
    id: `dp_sandbox_${id.slice('pi_sandbox_'.length)}`,
    providerIntentId: id,
    amount,
    reason,
    status: 'open',
  };
}
