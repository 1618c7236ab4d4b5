import type { ColumnType, Generated } from 'kysely';

type Timestamp = ColumnType<Date, Date | undefined, Date>;

interface SandboxIntentRow {
  id: string;
  reference: string;
  amount_minor: bigint;
  currency: string;
  status: 'open' | 'declined' | 'succeeded' | 'cancelled';
  decline_code: string | null;
  client_secret: string;
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
  reference: string;
  amount_minor: bigint;
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
  'sandbox.idempotency_keys': SandboxIdempotencyKeyRow;
  'sandbox.webhooks': SandboxWebhookRow;
}
