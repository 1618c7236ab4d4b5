import { Injectable } from '@nestjs/common';
import type { SavedMethod } from '../domain/provider-intent.js';
import { CustomerRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';

/** A shopper's saved ways to pay, the newest first. */
@Injectable()
export class ListPaymentMethods {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly provider: PaymentProvider,
  ) {}

  async execute(userId: string): Promise<SavedMethod[]> {
    const customerId = await this.customers.find(this.provider.name, userId);
    return customerId === undefined ? [] : await this.provider.savedMethods(customerId);
  }
}
