import { Money } from '@vici/utils';
import {
  type ConfirmRequest,
  type OpenRequest,
  PaymentProvider,
  type RefundRequest,
} from '../application/payment-provider.js';
import type { ProviderIntent } from '../domain/provider-intent.js';

const PREFIX = 'nothing';
type Keyed = Parameters<PaymentProvider['capture']>[0];

/**
 * A provider that is not asked where there is nothing to pay: providers refuse payments of zero, and an order whose
 * discount covers everything still has a payment like any other. Its id says what there is to say of it.
 */
export class NothingToPayProvider extends PaymentProvider {
  readonly name: string;

  constructor(private readonly provider: PaymentProvider) {
    super();
    this.name = provider.name;
  }

  async createIntent(request: OpenRequest): Promise<ProviderIntent> {
    const { amount, reference } = request;
    if (!amount.isZero()) return await this.provider.createIntent(request);
    return standing(`${PREFIX}_${amount.currency}_${reference}`, 'open');
  }

  async confirm(request: ConfirmRequest): Promise<ProviderIntent> {
    const { providerIntentId: id } = request;
    return isNothing(id) ? standing(id, 'succeeded') : await this.provider.confirm(request);
  }

  async capture(request: Keyed): Promise<ProviderIntent> {
    const { providerIntentId: id } = request;
    return isNothing(id) ? standing(id, 'succeeded') : await this.provider.capture(request);
  }

  async cancel(request: Keyed): Promise<ProviderIntent> {
    const { providerIntentId: id } = request;
    return isNothing(id) ? standing(id, 'cancelled') : await this.provider.cancel(request);
  }

  /** A try that broke off here was never made anywhere: it is made again. */
  async getIntent(id: string): Promise<ProviderIntent> {
    return isNothing(id) ? standing(id, 'open') : await this.provider.getIntent(id);
  }

  refundsOf(id: string): ReturnType<PaymentProvider['refundsOf']> {
    return isNothing(id) ? Promise.resolve([]) : this.provider.refundsOf(id);
  }

  refund(request: RefundRequest): ReturnType<PaymentProvider['refund']> {
    return this.provider.refund(request);
  }

  transactions(from: Date, to: Date): ReturnType<PaymentProvider['transactions']> {
    return this.provider.transactions(from, to);
  }

  createCustomer(request: Parameters<PaymentProvider['createCustomer']>[0]): Promise<string> {
    return this.provider.createCustomer(request);
  }

  saveMethod(
    request: Parameters<PaymentProvider['saveMethod']>[0],
  ): ReturnType<PaymentProvider['saveMethod']> {
    return this.provider.saveMethod(request);
  }

  savedMethods(customerId: string): ReturnType<PaymentProvider['savedMethods']> {
    return this.provider.savedMethods(customerId);
  }

  removeMethod(request: Parameters<PaymentProvider['removeMethod']>[0]): Promise<void> {
    return this.provider.removeMethod(request);
  }

  parseWebhook(body: string, signature: string): ReturnType<PaymentProvider['parseWebhook']> {
    return this.provider.parseWebhook(body, signature);
  }
}

function isNothing(providerIntentId: string): boolean {
  return providerIntentId.startsWith(`${PREFIX}_`);
}

function standing(id: string, status: ProviderIntent['status']): ProviderIntent {
  const [, currency = '', reference = ''] = id.split('_');
  return { id, reference, clientSecret: '', status, captured: Money.zero(currency) };
}
