import type { ColumnType, Generated } from 'kysely';
import type { LedgerAccount } from '../domain/ledger.js';
import type { PaymentStatus } from '../domain/payment-intent.js';
import type { RefundStatus } from '../domain/refund.js';

type Timestamp = ColumnType<Date, Date | undefined, Date>;

interface PaymentIntentRow {
  id: string;
  provider: string;
  provider_intent_id: string | null;
  user_id: string;
  order_id: string | null;
  amount_minor: bigint;
  currency: string;
  status: PaymentStatus;
  client_secret: Generated<string>;
  captured_minor: Generated<bigint>;
  refunded_minor: Generated<bigint>;
  decline_code: string | null;
  attempt: Generated<number>;
  idempotency_key: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

interface RefundRow {
  id: string;
  intent_id: string;
  reference: string;
  amount_minor: bigint;
  reason: string;
  status: RefundStatus;
  created_at: Timestamp;
  updated_at: Timestamp;
}

interface LedgerEntryRow {
  id: Generated<bigint>;
  transaction_id: string;
  account: LedgerAccount;
  debit_minor: bigint;
  credit_minor: bigint;
  currency: string;
  intent_id: string;
  created_at: Timestamp;
}

interface ProviderEventRow {
  provider: string;
  event_id: string;
  payload: unknown;
  received_at: Timestamp;
  applied_at: ColumnType<Date | null, Date | null | undefined, Date>;
}

/** The tables of payment_db, without those of the sandbox. */
export interface PaymentTables {
  payment_intents: PaymentIntentRow;
  refunds: RefundRow;
  ledger_entries: LedgerEntryRow;
  provider_events: ProviderEventRow;
}
