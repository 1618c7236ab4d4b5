import { Injectable } from '@nestjs/common';
import type { SavedMethod } from '../domain/provider-intent.js';
import { CustomerRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';

/** Keeps a provider's token for a shopper's later payments; the provider alone holds what is behind it. */
@Injectable()
export class SavePaymentMethod {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly provider: PaymentProvider,
  ) {}

  /** @throws DomainError PAYMENT_DECLINED when the provider refuses it */
  async execute(userId: string, paymentMethod: string, idempotencyKey: string): Promise<SavedMethod> {
    const customerId = await this.customerOf(userId);
    return await this.provider.saveMethod({ customerId, paymentMethod, idempotencyKey });
  }

  /** Two first methods saved at once open one customer: the key is the user's. */
  private async customerOf(userId: string): Promise<string> {
    const known = await this.customers.find(this.provider.name, userId);
    if (known !== undefined) return known;
    const opened = await this.provider.createCustomer({
      reference: userId,
      idempotencyKey: `${userId}:customer`,
    });
    return await this.customers.store(this.provider.name, userId, opened);
  }
}
