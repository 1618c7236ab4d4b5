import { DomainError, notFound } from '@vici/utils';
import type { Stripe } from 'stripe';
import {
  type ConfirmRequest,
  type OpenRequest,
  PaymentProvider,
  type RefundRequest,
} from '../../application/payment-provider.js';
import type {
  ProviderEvent,
  ProviderIntent,
  ProviderRefund,
  ProviderTransaction,
  SavedMethod,
} from '../../domain/provider-intent.js';
import { toStripeAmount } from './stripe-amount.js';
import { isOverRefunded, isPastThat, isRefusal, translated } from './stripe-errors.js';
import {
  INTENT_REFERENCE,
  REFUND_REFERENCE,
  refundedOf,
  stripeIntent,
  stripeRefund,
  toProviderIntent,
  toProviderRefund,
  toSavedMethod,
} from './stripe-objects.js';
import { parseStripeWebhook } from './stripe-webhook.js';

const PAGE = 100;

/** How webhooks are checked. */
export interface StripeWebhookSettings {
  /** More than one while the secret is being exchanged. */
  readonly secrets: readonly string[];
  readonly toleranceSeconds: number;
}

/**
 * Stripe, by its own library. A browser can only authorize a payment (`capture_method: manual`); a confirmation from
 * here takes the money at once, and by then the order's stock is reserved.
 */
export class StripePaymentProvider extends PaymentProvider {
  readonly name = 'stripe';

  constructor(
    private readonly stripe: Stripe,
    private readonly webhooks: StripeWebhookSettings,
  ) {
    super();
  }

  async createIntent({
    reference,
    amount,
    customerId,
    idempotencyKey,
  }: OpenRequest): Promise<ProviderIntent> {
    const params: Stripe.PaymentIntentCreateParams = {
      ...toStripeAmount(amount),
      capture_method: 'manual',
      // Confirmed without a page to come back to: methods that lead away from the shop are not offered.
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { [INTENT_REFERENCE]: reference },
      ...(customerId !== undefined && { customer: customerId }),
    };
    const opened = await asked(() => this.stripe.paymentIntents.create(params, { idempotencyKey }));
    return known(opened, opened.id);
  }

  async confirm(request: ConfirmRequest): Promise<ProviderIntent> {
    const { providerIntentId: id, paymentMethod, customerId, idempotencyKey } = request;
    if (customerId !== undefined) {
      const options = { idempotencyKey: `${idempotencyKey}:customer` };
      await this.settledBy(id, () =>
        this.stripe.paymentIntents.update(id, { customer: customerId }, options),
      );
    }
    const params = { payment_method: paymentMethod, capture_method: 'automatic' } as const;
    return await this.settledBy(id, () => this.stripe.paymentIntents.confirm(id, params, { idempotencyKey }));
  }

  async capture(request: {
    readonly providerIntentId: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent> {
    const { providerIntentId: id, idempotencyKey } = request;
    return await this.settledBy(id, () => this.stripe.paymentIntents.capture(id, {}, { idempotencyKey }));
  }

  async cancel(request: {
    readonly providerIntentId: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent> {
    const { providerIntentId: id, idempotencyKey } = request;
    return await this.settledBy(id, () => this.stripe.paymentIntents.cancel(id, {}, { idempotencyKey }));
  }

  async refund({
    providerIntentId,
    reference,
    amount,
    idempotencyKey,
  }: RefundRequest): Promise<ProviderRefund> {
    const params = {
      payment_intent: providerIntentId,
      amount: toStripeAmount(amount).amount,
      metadata: { [REFUND_REFERENCE]: reference },
    };
    try {
      const made = stripeRefund.parse(await this.stripe.refunds.create(params, { idempotencyKey }));
      return toProviderRefund({ ...made, payment_intent: providerIntentId }) ?? unknown(made.id);
    } catch (error) {
      if (!isOverRefunded(error)) throw translated(error);
      throw new DomainError('LIMIT_EXCEEDED', 'The processor has less left to give back.', undefined, {
        cause: error,
      });
    }
  }

  async getIntent(providerIntentId: string): Promise<ProviderIntent> {
    return known(await asked(() => this.stripe.paymentIntents.retrieve(providerIntentId)), providerIntentId);
  }

  async refundsOf(providerIntentId: string): Promise<ProviderRefund[]> {
    const params = { payment_intent: providerIntentId, limit: PAGE };
    const made = await asked(() => this.stripe.refunds.list(params).autoPagingToArray({ limit: 1_000 }));
    return made.flatMap((refund) => toProviderRefund(stripeRefund.parse(refund)) ?? []);
  }

  async *transactions(from: Date, to: Date): AsyncIterable<ProviderTransaction> {
    const created = { gte: seconds(from), lt: seconds(to) };
    const params = { created, limit: PAGE, expand: ['data.latest_charge'] };
    for await (const found of this.stripe.paymentIntents.list(params)) {
      const read = stripeIntent.parse(found);
      const intent = toProviderIntent(read);
      if (intent !== undefined) yield { intent, refunded: refundedOf(read) };
    }
  }

  async createCustomer(request: {
    readonly reference: string;
    readonly idempotencyKey: string;
  }): Promise<string> {
    const { reference, idempotencyKey } = request;
    const params = { metadata: { vici_user_id: reference } };
    return (await asked(() => this.stripe.customers.create(params, { idempotencyKey }))).id;
  }

  async saveMethod(request: {
    readonly customerId: string;
    readonly paymentMethod: string;
    readonly idempotencyKey: string;
  }): Promise<SavedMethod> {
    const { customerId: customer, paymentMethod, idempotencyKey } = request;
    try {
      const saved = await this.stripe.paymentMethods.attach(paymentMethod, { customer }, { idempotencyKey });
      return toSavedMethod(saved);
    } catch (error) {
      if (!isRefusal(error)) throw translated(error);
      const declineCode = error.decline_code ?? error.code ?? 'card_declined';
      throw new DomainError('PAYMENT_DECLINED', 'The payment method was refused.', { declineCode });
    }
  }

  async savedMethods(customerId: string): Promise<SavedMethod[]> {
    const { data } = await asked(() => this.stripe.customers.listPaymentMethods(customerId, { limit: PAGE }));
    return data.map(toSavedMethod);
  }

  async removeMethod(request: {
    readonly customerId: string;
    readonly methodId: string;
    readonly idempotencyKey: string;
  }): Promise<void> {
    const { customerId, methodId, idempotencyKey } = request;
    const owned = await this.savedMethods(customerId);
    if (!owned.some(({ id }) => id === methodId)) throw notFound('payment method', methodId);
    await asked(() => this.stripe.paymentMethods.detach(methodId, {}, { idempotencyKey }));
  }

  parseWebhook(body: string, signature: string): ProviderEvent | undefined {
    return parseStripeWebhook(body, signature, this.webhooks);
  }

  /** What came of a request about an intent. A refusal, or a state that is past it, is an answer like any other. */
  private async settledBy(id: string, request: () => Promise<Stripe.PaymentIntent>): Promise<ProviderIntent> {
    try {
      return known(await request(), id);
    } catch (error) {
      if (isPastThat(error)) return await this.getIntent(id);
      if (!isRefusal(error)) throw translated(error);
      const stands =
        error.payment_intent === undefined ? await this.getIntent(id) : known(error.payment_intent, id);
      // Refused before it came to a charge: the intent does not show it.
      if (stands.status !== 'open') return stands;
      return {
        ...stands,
        status: 'declined',
        declineCode: error.decline_code ?? error.code ?? 'card_declined',
      };
    }
  }
}

async function asked<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw translated(error);
  }
}

function known(intent: unknown, id: string): ProviderIntent {
  return toProviderIntent(stripeIntent.parse(intent)) ?? unknown(id);
}

/** @throws DomainError NOT_FOUND: another system's, or nobody's */
function unknown(id: string): never {
  throw notFound('payment at the provider', id);
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}
