import type { ColumnType, Generated } from 'kysely';
import type { DisputeStatus } from '../domain/dispute.js';
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
  authorized: Generated<boolean>;
  opened_for_customer: Generated<boolean>;
  version: Generated<number>;
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
  provider_refund_id: string | null;
  tell_shopper: Generated<boolean>;
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

interface ProviderCustomerRow {
  provider: string;
  user_id: string;
  customer_id: string;
  created_at: Timestamp;
}

interface DisputeRow {
  provider: string;
  dispute_id: string;
  intent_id: string;
  amount_minor: bigint;
  currency: string;
  reason: string;
  status: DisputeStatus;
  created_at: Timestamp;
  updated_at: Timestamp;
}

interface OrderStandingRow {
  order_id: string;
  intent_id: string;
  status: string;
  total_minor: bigint;
  currency: string;
  as_of: Date;
}

interface ReconciliationRow {
  id: string;
  span_from: Date;
  span_to: Date;
  dry_run: boolean;
  started_at: Date;
  finished_at: Date;
  checked: number;
  differences: unknown;
}

/** The tables of payment_db, without those of the sandbox. */
export interface PaymentTables {
  payment_intents: PaymentIntentRow;
  refunds: RefundRow;
  ledger_entries: LedgerEntryRow;
  provider_events: ProviderEventRow;
  provider_customers: ProviderCustomerRow;
  disputes: DisputeRow;
  order_standings: OrderStandingRow;
  reconciliations: ReconciliationRow;
}
