import { deterministicId, Money } from '@vici/utils/domain';

/**
 * `provider_balance`: what the provider holds for the shop (an asset, grows by debit);
 * `customer_payments`: what shoppers have paid (grows by credit).
 */
export type LedgerAccount = 'provider_balance' | 'customer_payments';

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
