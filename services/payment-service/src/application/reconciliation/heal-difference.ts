import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { isDomainError, Logger } from '@vici/utils';
import type { FoundDifference, PaymentDifference } from '../../domain/payment-difference.js';
import type { PaymentIntent } from '../../domain/payment-intent.js';
import { cancelReference } from '../../domain/refund.js';
import { IntentRepository } from '../payment.repositories.js';
import { PaymentAnnouncer } from '../payment-announcer.js';
import { PaymentProvider } from '../payment-provider.js';
import { RecordRefund } from '../record-refund.js';
import { RefundPayment } from '../refund-payment.use-case.js';
import { Settlement } from '../settlement.js';
import { ReconciliationRepository } from './reconciliation.repository.js';

const BY_HAND = 'a person has to look at it';

/** Puts right what can be put right without doubt: by the same idempotent ways a webhook would have. */
@Injectable()
export class HealDifference {
  constructor(
    private readonly intents: IntentRepository,
    private readonly books: ReconciliationRepository,
    private readonly provider: PaymentProvider,
    private readonly settlement: Settlement,
    private readonly refunds: RecordRefund,
    private readonly refunding: RefundPayment,
    private readonly announcer: PaymentAnnouncer,
    private readonly unitOfWork: UnitOfWork,
    private readonly logger: Logger,
  ) {}

  async execute(found: FoundDifference): Promise<PaymentDifference> {
    const intent = found.intentId === undefined ? undefined : await this.intents.find(found.intentId);
    if (intent === undefined) return { ...found, healed: false, note: BY_HAND };
    try {
      const note = await this.heal(found, intent);
      return note === undefined
        ? { ...found, healed: false, note: BY_HAND }
        : { ...found, healed: true, note };
    } catch (error) {
      this.logger.error('a difference could not be healed', { ...ids(found), kind: found.kind, error });
      const reason = isDomainError(error) ? error.code : 'UNEXPECTED';
      return { ...found, healed: false, note: `could not be healed: ${reason}` };
    }
  }

  /** What was done; undefined where nothing can be done without a person. */
  private async heal({ kind }: FoundDifference, intent: PaymentIntent): Promise<string | undefined> {
    switch (kind) {
      case 'capture_not_recorded':
      case 'cancel_not_recorded':
        await this.settlement.settleIntent(intent.id, await this.atProvider(intent));
        return 'recorded as the provider says';
      case 'refund_not_recorded':
        return await this.recordRefunds(intent);
      case 'paid_without_order':
        return await this.returnOrTell(intent);
      case 'recorded_without_capture':
      case 'captured_amount':
      case 'paid_without_record':
      case 'refund_missing_at_provider':
      case 'order_without_payment':
      case 'order_amount':
      case 'ledger':
        return undefined;
    }
  }

  private async recordRefunds(intent: PaymentIntent): Promise<string> {
    const made = await this.provider.refundsOf(providerId(intent));
    await this.unitOfWork.transaction(async () => {
      const locked = await this.intents.lock(intent.id);
      if (locked === undefined) return;
      for (const refund of made) await this.refunds.execute(locked, refund);
    });
    return 'the provider’s refunds are recorded';
  }

  /** A cancelled order's money goes back under the name the order itself would use, so never twice. */
  private async returnOrTell(intent: PaymentIntent): Promise<string | undefined> {
    const status = await this.books.orderStatus(intent.id);
    if (status === 'CANCELLED' && intent.orderId !== undefined) {
      const reference = cancelReference(intent.orderId);
      const reason = 'order cancelled';
      await this.refunding.execute({
        intentId: intent.id,
        amount: undefined,
        reason,
        reference,
        tellShopper: false,
      });
      return 'refunded: its order was cancelled';
    }
    if (status !== undefined) return undefined;
    await this.unitOfWork.transaction(() => this.announcer.settled(intent));
    return 'told again: the order is made now, or the money goes back';
  }

  private async atProvider(intent: PaymentIntent) {
    return await this.provider.getIntent(providerId(intent));
  }
}

function providerId({ id, providerIntentId }: PaymentIntent): string {
  if (providerIntentId === undefined) throw new Error(`Intent ${id} is not open at the provider`);
  return providerIntentId;
}

function ids({ intentId, providerIntentId, orderId }: FoundDifference): Record<string, unknown> {
  return { intentId, providerIntentId, orderId };
}
