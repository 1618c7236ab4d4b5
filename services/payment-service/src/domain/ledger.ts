import { deterministicId, Money } from '@vici/utils/domain';

/**
 * `provider_balance`: what the provider holds for the shop (an asset, grows by debit);
 * `customer_payments`: what shoppers have paid (grows by credit);
 * `disputed_payments`: what banks have taken back in disputes that are open or lost (grows by debit).
 */
export type LedgerAccount = 'provider_balance' | 'customer_payments' | 'disputed_payments';

/** One side of a transaction: exactly one of debit and credit is not zero. */
export interface LedgerEntry {
  readonly transactionId: string;
  readonly intentId: string;
  readonly account: LedgerAccount;
  readonly debit: Money;
  readonly credit: Money;
}

/** The provider took money from the shopper; an intent has one such transaction in its life. */
export function captureEntries(intentId: string, amount: Money): LedgerEntry[] {
  const transactionId = deterministicId('capture', intentId);
  return transfer({ transactionId, intentId, amount, to: 'provider_balance', from: 'customer_payments' });
}

/** The provider gave money back; a refund has one such transaction in its life. */
export function refundEntries(intentId: string, refundId: string, amount: Money): LedgerEntry[] {
  const transactionId = deterministicId('refund', refundId);
  return transfer({ transactionId, intentId, amount, to: 'customer_payments', from: 'provider_balance' });
}

/** A refund that was made came back: the provider could not deliver it. */
export function refundReversedEntries(intentId: string, refundId: string, amount: Money): LedgerEntry[] {
  const transactionId = deterministicId('refund-reversed', refundId);
  return transfer({ transactionId, intentId, amount, to: 'provider_balance', from: 'customer_payments' });
}

/** A bank took the money back until the dispute is decided. */
export function disputeEntries(intentId: string, dispute: string, amount: Money): LedgerEntry[] {
  const transactionId = deterministicId('dispute', dispute);
  return transfer({ transactionId, intentId, amount, to: 'disputed_payments', from: 'provider_balance' });
}

/** The dispute was won: the money is back. */
export function disputeWonEntries(intentId: string, dispute: string, amount: Money): LedgerEntry[] {
  const transactionId = deterministicId('dispute-won', dispute);
  return transfer({ transactionId, intentId, amount, to: 'provider_balance', from: 'disputed_payments' });
}

function transfer({
  transactionId,
  intentId,
  amount,
  to,
  from,
}: {
  transactionId: string;
  intentId: string;
  amount: Money;
  to: LedgerAccount;
  from: LedgerAccount;
}): LedgerEntry[] {
  const nothing = Money.zero(amount.currency);
  return [
    { transactionId, intentId, account: to, debit: amount, credit: nothing },
    { transactionId, intentId, account: from, debit: nothing, credit: amount },
  ];
}
