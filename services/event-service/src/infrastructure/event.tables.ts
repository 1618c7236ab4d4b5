import type { ColumnType } from 'kysely';

interface EventIdRow {
  id: string;
  received_at: Date;
}

interface BehaviourEventRow {
  id: string;
  event_type: string;
  user_id: string | null;
  session_id: string;
  occurred_at: Date;
  received_at: Date;
  data: ColumnType<Record<string, unknown>, string, never>;
  bot: boolean;
}

interface SessionUserRow {
  session_id: string;
  user_id: string;
  first_seen_at: Date;
  last_seen_at: Date;
}

interface SessionOriginRow {
  session_id: string;
  client_network: string | null;
  user_agent: string | null;
  first_seen_at: Date;
  last_seen_at: Date;
}

interface OrderFactRow {
  order_id: string;
  user_id: string;
  currency: string;
  confirmed_at: Date;
  cancelled: boolean;
  total: bigint;
  refunded: bigint;
  lines: unknown;
}

interface CustomerFactRow {
  user_id: string;
  registered_at: Date;
}

interface DeadLetterRow {
  id: string;
  topic: string;
  partition: number;
  offset: string;
  key: string;
  consumer_group: string;
  event_type: string;
  error_code: string;
  error: string;
  attempts: number;
  failed_at: Date;
  value: Buffer;
  headers: ColumnType<Record<string, string>, string, never>;
  user_id: string | null;
  replay_begun_at: ColumnType<Date | null, undefined, Date | null>;
  replayed_at: ColumnType<Date | null, undefined, Date>;
}

/** The tables of event_db that statements of the query builder name. */
export interface EventTables {
  dead_letters: DeadLetterRow;
  order_facts: OrderFactRow;
  customer_facts: CustomerFactRow;
  event_ids: EventIdRow;
  behaviour_events: BehaviourEventRow;
  session_users: SessionUserRow;
  session_origins: SessionOriginRow;
}
