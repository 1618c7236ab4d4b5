import { Injectable } from '@nestjs/common';
import { newId } from '@vici/utils';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { ProviderRefund } from '../domain/provider-intent.js';
import { handMadeReference } from '../domain/refund.js';
import { RefundRepository } from './payment.repositories.js';
import { Settlement } from './settlement.js';

/** Brings what the provider says of a refund into the books, also of one that was made there by hand. */
@Injectable()
export class RecordRefund {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly settlement: Settlement,
  ) {}

  /** The intent is locked by the current transaction. */
  async execute(intent: PaymentIntent, told: ProviderRefund): Promise<void> {
    const id = await this.refundId(intent, told);
    if (id === undefined) return;
    if (told.status === 'succeeded') await this.settlement.settleRefund(id, told.id);
    if (told.status === 'failed') await this.settlement.failRefund(id, intent.id);
  }

  /** Undefined for one of a reference that was never ours: another system uses the same account. */
  private async refundId(intent: PaymentIntent, told: ProviderRefund): Promise<string | undefined> {
    if (told.reference !== undefined) {
      return (await this.refunds.find(told.reference))?.id;
    }
    const reference = handMadeReference(told.id);
    const known = await this.refunds.findByReference(intent.id, reference);
    if (known !== undefined || told.status !== 'succeeded') return known?.id;
    const id = newId<'Refund'>();
    const { amount } = told;
    const reason = 'refunded at the provider';
    await this.refunds.insert({
      id,
      intentId: intent.id,
      reference,
      amount,
      reason,
      status: 'PENDING',
      tellShopper: false,
    });
    return id;
  }
}
