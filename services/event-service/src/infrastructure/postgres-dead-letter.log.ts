import { Inject, Injectable } from '@nestjs/common';
import { Database, ListOrder, type Page, type PageRequest, pageOf, sql } from '@vici/database';
import type { Selectable } from 'kysely';
import {
  type ArrivedDeadLetter,
  DeadLetterLog,
  type DeadLetterSearch,
  type DeadLetterStatus,
  type LoggedDeadLetter,
} from '../application/dead-letters/dead-letter.log.js';
import type { EventTables } from './event.tables.js';

type Row = Selectable<EventTables['dead_letters']>;

/** Giving back takes seconds: what takes longer belongs to a dead process. */
const STILL_REPLAYING = sql<boolean>`replayed_at is null and replay_begun_at > now() - interval '1 minute'`;
const CONDITION: Readonly<Record<DeadLetterStatus, typeof STILL_REPLAYING>> = {
  DEAD: sql<boolean>`replayed_at is null and coalesce(replay_begun_at < now() - interval '1 minute', true)`,
  REPLAYING: STILL_REPLAYING,
  REPLAYED: sql<boolean>`replayed_at is not null`,
};
const STATUS = sql<DeadLetterStatus>`case when ${CONDITION.REPLAYED} then 'REPLAYED'
  when ${STILL_REPLAYING} then 'REPLAYING' else 'DEAD' end`.as('status');

/** Dead letters in event_db. */
@Injectable()
export class PostgresDeadLetterLog extends DeadLetterLog {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async add(letters: readonly ArrivedDeadLetter[]): Promise<void> {
    await this.database.query
      .insertInto('dead_letters')
      .values(letters.map(toRow))
      .onConflict((on) => on.column('id').doNothing())
      .execute();
  }

  async search(search: DeadLetterSearch, page: PageRequest): Promise<Page<LoggedDeadLetter>> {
    const found = this.matching(search);
    const { total } = await found
      .select((row) => row.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    const order = ListOrder.byTime('failed_at', 'id', search.oldestFirst);
    const rows = await order.pageOf(found.selectAll().select(STATUS), page).execute();
    return pageOf(rows.map(toLogged), page, total, order.nextCursor(rows, page));
  }

  async find(id: string): Promise<LoggedDeadLetter | undefined> {
    const row = await this.database.query
      .selectFrom('dead_letters')
      .selectAll()
      .select(STATUS)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toLogged(row);
  }

  async count(ids: readonly string[]): Promise<number> {
    const { known } = await this.database.query
      .selectFrom('dead_letters')
      .select((row) => row.fn.countAll<bigint>().as('known'))
      .where('id', 'in', ids)
      .executeTakeFirstOrThrow();
    return Number(known);
  }

  async beginReplay(ids: readonly string[]): Promise<LoggedDeadLetter[]> {
    // In one order, so that two who ask for the same ones wait for each other and not in a circle.
    const locked = this.database.query
      .selectFrom('dead_letters')
      .select('id')
      .where('id', 'in', ids)
      .orderBy('id')
      .forUpdate();
    const rows = await this.database.query
      .with('locked', () => locked)
      .updateTable('dead_letters')
      .set({ replay_begun_at: sql`now()` })
      .where('id', 'in', (from) => from.selectFrom('locked').select('id'))
      .where(CONDITION.DEAD)
      .returningAll()
      .execute();
    return rows.map((row) => toLogged({ ...row, status: 'REPLAYING' }));
  }

  async endReplay(ids: readonly string[]): Promise<void> {
    await this.mark(ids, { replayed_at: sql`now()` });
  }

  async abandonReplay(ids: readonly string[]): Promise<void> {
    await this.mark(ids, { replay_begun_at: null });
  }

  async deleteOlderThan(instant: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('dead_letters')
      .where('failed_at', '<', instant)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  async eraseUser(userId: string): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('dead_letters')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  private matching({ topic, group, eventType, errorCode, status, search, from, to }: DeadLetterSearch) {
    let found = this.database.query.selectFrom('dead_letters');
    if (topic !== undefined) found = found.where('topic', '=', topic);
    if (group !== undefined) found = found.where('consumer_group', '=', group);
    if (eventType !== undefined) found = found.where('event_type', '=', eventType);
    if (errorCode !== undefined) found = found.where('error_code', '=', errorCode);
    if (status !== undefined) found = found.where(CONDITION[status]);
    if (from !== undefined) found = found.where('failed_at', '>=', from);
    if (to !== undefined) found = found.where('failed_at', '<', to);
    if (search === undefined) return found;
    const part = `%${search.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
    return found.where((fits) => fits.or([fits('key', '=', search), fits('error', 'ilike', part)]));
  }

  private async mark(
    ids: readonly string[],
    change: { replayed_at: ReturnType<typeof sql<Date>> } | { replay_begun_at: null },
  ): Promise<void> {
    if (ids.length === 0) return;
    await this.database.query
      .updateTable('dead_letters')
      .set(change)
      .where('id', 'in', ids)
      .where('replayed_at', 'is', null)
      .execute();
  }
}

function toRow(letter: ArrivedDeadLetter) {
  return {
    id: letter.id,
    topic: letter.originTopic,
    partition: Number(letter.originPartition),
    offset: letter.originOffset,
    key: letter.key,
    consumer_group: letter.group,
    event_type: letter.type,
    error_code: letter.errorCode,
    error: letter.error,
    attempts: letter.attempts,
    failed_at: new Date(letter.failedAt),
    value: Buffer.from(letter.value, 'utf8'),
    headers: JSON.stringify(letter.headers),
    user_id: letter.userId ?? null,
  };
}

function toLogged(row: Row & { readonly status: DeadLetterStatus }): LoggedDeadLetter {
  return {
    id: row.id,
    originTopic: row.topic,
    originPartition: String(row.partition),
    originOffset: row.offset,
    group: row.consumer_group,
    type: row.event_type,
    errorCode: row.error_code,
    error: row.error,
    failedAt: row.failed_at.toISOString(),
    attempts: row.attempts,
    key: row.key,
    value: row.value.toString('utf8'),
    headers: row.headers,
    status: row.status,
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.replayed_at !== null && { replayedAt: row.replayed_at }),
  };
}
