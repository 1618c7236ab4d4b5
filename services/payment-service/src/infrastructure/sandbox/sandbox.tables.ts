import type { ColumnType, Generated } from 'kysely';

type Timestamp = ColumnType<Date, Date | undefined, Date>;

interface SandboxIntentRow {
  id: string;
  reference: string;
  amount_minor: bigint;
  currency: string;
  status: 'open' | 'declined' | 'authorized' | 'succeeded' | 'cancelled';
  decline_code: string | null;
  client_secret: string;
  customer_id: string | null;
  created_at: Timestamp;
}

interface SandboxChargeRow {
  id: string;
  intent_id: string;
  amount_minor: bigint;
  created_at: Timestamp;
}

interface SandboxRefundRow {
  id: string;
  intent_id: string;
  /** Null for one that was made by hand. */
  reference: string | null;
  amount_minor: bigint;
  created_at: Timestamp;
}

interface SandboxCustomerRow {
  id: string;
  reference: string;
  created_at: Timestamp;
}

interface SandboxMethodRow {
  id: string;
  customer_id: string;
  method: string;
  created_at: Timestamp;
}

interface SandboxIdempotencyKeyRow {
  key: string;
  fingerprint: string;
  answer: unknown;
  created_at: Timestamp;
}

interface SandboxWebhookRow {
  id: Generated<bigint>;
  event: unknown;
  due_at: Date;
  attempts: Generated<number>;
  delivered_at: ColumnType<Date | null, Date | null | undefined, Date>;
}

/** The sandbox processor's own tables. */
export interface SandboxTables {
  'sandbox.intents': SandboxIntentRow;
  'sandbox.charges': SandboxChargeRow;
  'sandbox.refunds': SandboxRefundRow;
  'sandbox.customers': SandboxCustomerRow;
  'sandbox.payment_methods': SandboxMethodRow;
  'sandbox.idempotency_keys': SandboxIdempotencyKeyRow;
  'sandbox.webhooks': SandboxWebhookRow;
}
