import { Injectable } from '@nestjs/common';
import { notFound } from '@vici/utils/domain';
import { CustomerRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';

/** Forgets a shopper's saved way to pay, here and at the provider. */
@Injectable()
export class RemovePaymentMethod {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly provider: PaymentProvider,
  ) {}

  /** @throws DomainError NOT_FOUND unless it is one of the user's */
  async execute(userId: string, methodId: string): Promise<void> {
    const customerId = await this.customers.find(this.provider.name, userId);
    if (customerId === undefined) throw notFound('payment method', methodId);
    await this.provider.removeMethod({ customerId, methodId, idempotencyKey: `${methodId}:remove` });
  }
}
