import { Injectable } from '@nestjs/common';
import { decidedDispute, openedDispute } from '../domain/dispute.js';
import { disputeEntries, disputeWonEntries } from '../domain/ledger.js';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { ProviderDispute } from '../domain/provider-intent.js';
import { DisputeRepository, Ledger } from './payment.repositories.js';
import { PaymentAnnouncer } from './payment-announcer.js';

/** Brings what the provider says of a dispute into the books: opened once, decided once, in any order. */
@Injectable()
export class RecordDispute {
  constructor(
    private readonly disputes: DisputeRepository,
    private readonly ledger: Ledger,
    private readonly announcer: PaymentAnnouncer,
  ) {}

  /** The intent is locked by the current transaction. */
  async execute(intent: PaymentIntent, told: ProviderDispute): Promise<void> {
    const known = await this.disputes.find(intent.provider, told.id);
    const dispute = known ?? openedDispute(intent.id, told);
    if (known === undefined) {
      await this.disputes.insert(intent.provider, dispute);
      await this.ledger.record(disputeEntries(intent.id, dispute.id, dispute.amount));
      await this.announcer.disputed(intent, dispute);
    }
    const decided = decidedDispute(dispute, told.status);
    if (decided === dispute) return;
    await this.disputes.setStatus(intent.provider, decided.id, decided.status);
    if (decided.status === 'WON') {
      await this.ledger.record(disputeWonEntries(intent.id, decided.id, decided.amount));
    }
  }
}
