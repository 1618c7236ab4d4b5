import type { ColumnType, Generated } from 'kysely';

/** A row per (event, topic) that waits for publication. */
export interface OutboxTable {
  seq: ColumnType<bigint, never, never>;
  id: string;
  topic: string;
  key: string;
  payload: string;
  headers: ColumnType<Record<string, string>, string, never>;
  created_at: Generated<Date>;
}

/** A row per event a consumer has handled. */
export interface InboxTable {
  consumer: string;
  event_id: string;
  handled_at: Generated<Date>;
}

/** The tables of `eventsMigrations`. */
export interface EventsTables {
  outbox: OutboxTable;
  inbox: InboxTable;
}

/** Folder with the SQL that makes the outbox and the inbox; each service lists it among its migrations. */
export const eventsMigrations: URL = new URL('../migrations/', import.meta.url);
