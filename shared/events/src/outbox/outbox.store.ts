import { type Database, sql } from '@vici/database';
import type { BusMessage } from '../bus/event-bus.js';
import type { EventsTables } from '../events.tables.js';

/** Channel on which a commit that added events is announced. */
export const OUTBOX_CHANNEL = 'outbox';

/** A message of the outbox with the id of its event. */
export interface OutboxMessage extends BusMessage {
  readonly id: string;
}

/** A claimed row: it is deleted when the current transaction commits. */
export interface ClaimedMessage extends BusMessage {
  /** How long it had waited when it was claimed, in milliseconds. */
  readonly ageMs: number;
}

/** What a claim found. */
export interface Claim {
  /** In the order in which they were written. */
  readonly messages: readonly ClaimedMessage[];
  /** The claim was full: more rows may wait. */
  readonly full: boolean;
  /** Rows were left because an older one of their key is in another relay's hands. */
  readonly blocked: boolean;
}

interface ClaimRow {
  readonly candidates: number;
  readonly seq: bigint | null;
  readonly topic: string;
  readonly key: string;
  readonly payload: string;
  readonly headers: Record<string, string>;
  readonly age_ms: number;
}

/** Counting stops here, so that a long backlog costs no more than a short one. */
const PENDING_COUNT_LIMIT = 10_000;

/** The outbox table. */
export class OutboxStore {
  constructor(private readonly database: Database<EventsTables>) {}

  /**
   * Adds the messages, in this order, to what the current transaction commits, and announces them in `origin`'s name.
   * They are written with the commit, in one message to the server.
   */
  async add(messages: readonly OutboxMessage[], origin = ''): Promise<void> {
    await this.database.executeWithCommit(sql`
      WITH added AS (
        INSERT INTO outbox (id, topic, key, payload, headers)
        SELECT id, topic, key, payload, headers
        FROM unnest(
          ${messages.map((m) => m.id)}::uuid[],
          ${messages.map((m) => m.topic)}::text[],
          ${messages.map((m) => m.key)}::text[],
          ${messages.map((m) => m.value)}::text[],
          ${messages.map((m) => JSON.stringify(m.headers))}::jsonb[]
        ) WITH ORDINALITY AS message (id, topic, key, payload, headers, position)
        ORDER BY position
      )
      SELECT pg_notify(${OUTBOX_CHANNEL}, ${origin})`);
  }

  /**
   * Takes up to `limit` of the oldest rows nobody else holds. A row is left when an older row of its
   * (topic, key) is not part of the claim: that one is in another relay's transaction, and must be first.
   * The commit of the transaction does not wait for the disk: what a crash of the server brings back is published again.
   */
  async claim(limit: number): Promise<Claim> {
    const { rows } = await sql<ClaimRow>`
      SELECT claimed.* FROM set_config('synchronous_commit', 'off', true), claim_outbox(${limit}) claimed`.execute(
      this.database.query,
    );
    const candidates = rows[0]?.candidates ?? 0;
    const claimed = rows.filter((row) => row.seq !== null);
    return {
      messages: claimed.map(toMessage),
      full: candidates === limit,
      blocked: claimed.length < candidates,
    };
  }

  /** Whether any row waits, in anybody's hands or nobody's. */
  async any(): Promise<boolean> {
    const { rows } = await sql<{ found: boolean }>`
      SELECT EXISTS (SELECT FROM outbox) AS found`.execute(this.database.query);
    return rows[0]?.found ?? false;
  }

  /** How many rows wait; at most 10,000 are counted. */
  async pending(): Promise<number> {
    const { rows } = await sql<{ pending: number }>`
      SELECT count(*)::int AS pending
      FROM (SELECT 1 FROM outbox LIMIT ${PENDING_COUNT_LIMIT}) waiting`.execute(this.database.query);
    return rows[0]?.pending ?? 0;
  }
}

function toMessage(row: ClaimRow): ClaimedMessage {
  return { topic: row.topic, key: row.key, value: row.payload, headers: row.headers, ageMs: row.age_ms };
}
