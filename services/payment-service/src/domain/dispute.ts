import type { Money } from '@vici/utils/domain';
import type { ProviderDispute, ProviderDisputeStatus } from './provider-intent.js';

export type DisputeStatus = 'OPEN' | 'WON' | 'LOST';

/** A cardholder's complaint to the bank about a payment. */
export interface Dispute {
  /** At the provider. */
  readonly id: string;
  readonly intentId: string;
  readonly amount: Money;
  readonly reason: string;
  readonly status: DisputeStatus;
}

const STATUSES: Readonly<Record<ProviderDisputeStatus, DisputeStatus>> = {
  open: 'OPEN',
  won: 'WON',
  lost: 'LOST',
};

/** A dispute that was heard of for the first time, however late: it begins open, whatever has come of it since. */
export function openedDispute(intentId: string, { id, amount, reason }: ProviderDispute): Dispute {
  return { id, intentId, amount, reason, status: 'OPEN' };
}

/** Brings the dispute up to what the provider says; unchanged (the same object) where that is old news. */
export function decidedDispute(dispute: Dispute, told: ProviderDisputeStatus): Dispute {
  if (dispute.status !== 'OPEN' || told === 'open') return dispute;
  return { ...dispute, status: STATUSES[told] };
}
