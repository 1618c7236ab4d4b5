import { Database, sql } from '@vici/database';
import { createEvent } from '@vici/events';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import { asCaller, eventually, TcpProxy, useService, useTestDatabase } from '@vici/testing';
import { newId } from '@vici/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BehaviourEvent } from '../application/check-event.js';
import { EventArchive } from '../application/ports.js';
import { eventService } from '../event.service.js';
import { ArchiveHousekeeper } from './archive.housekeeper.js';
import { BehaviourPartitions } from './behaviour-partitions.js';
import type { EventTables } from './event.tables.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let door: TcpProxy;
const target = useTestDatabase<EventTables>();
beforeAll(async () => {
  const url = new URL(target.url);
  url.port ||= '5432';
  door = await TcpProxy.to(url.href);
});
const service = useService(eventService, () => ({ DATABASE_URL: door.url, EVENT_RETENTION_DAYS: '30' }));
afterAll(() => door.close());

const database = () => service.get<Database<EventTables>>(Database);
const ingest = (id: string) =>
  asCaller({ shopperSessionId: newId() }, () =>
    service.client(EventServiceDefinition).ingest({ events: [{ id, eventType: 'page_view' }] }),
  );

async function partitions(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'behaviour_events'::regclass order by 1`.execute(database().query);
  return rows.map(({ name }) => name);
}

describe('the days of the archive', () => {
  it('has yesterday, today and the seven days to come when the service starts', async () => {
    const expected = Array.from({ length: 9 }, (_, index) =>
      new Date(Date.now() + (index - 1) * DAY_MS).toISOString().slice(0, 10).replaceAll('-', ''),
    ).map((day) => `behaviour_events_${day}`);

    expect(await partitions()).toEqual(expected);
    expect(await service.get(BehaviourPartitions).daysAhead(new Date())).toBe(7);
  });

  it('makes a day once when several replicas make it at the same moment', async () => {
    const keeper = service.get(BehaviourPartitions);
    const later = new Date('2035-05-10T23:59:59.999Z');

    await Promise.all([keeper.makeReady(later), keeper.makeReady(later), keeper.makeReady(later)]);

    expect((await partitions()).filter((name) => name.startsWith('behaviour_events_2035'))).toEqual(
      ['09', '10', '11', '12', '13', '14', '15', '16', '17'].map((day) => `behaviour_events_203505${day}`),
    );
    expect(await keeper.daysAhead(later)).toBe(7);
  });

  it('drops whole days past the retention, forgets old ids and links, and keeps what is younger', async () => {
    const now = Date.now();
    const keeper = service.get(BehaviourPartitions);
    const kept = newId();
    await ingest(kept);
    await keeper.makeReady(new Date(now - 60 * DAY_MS));
    const ids = { old: newId(), young: newId() };
    const sessions = { old: newId(), young: newId() };
    await database()
      .query.insertInto('event_ids')
      .values([
        { id: ids.old, received_at: new Date(now - 32 * DAY_MS) },
        { id: ids.young, received_at: new Date(now - 30 * DAY_MS) },
      ])
      .execute();
    const link = (session_id: string, days: number) => ({
      session_id,
      user_id: newId(),
      first_seen_at: new Date(now - 90 * DAY_MS),
      last_seen_at: new Date(now - days * DAY_MS),
    });
    await database()
      .query.insertInto('session_users')
      .values([link(sessions.old, 31), link(sessions.young, 29)])
      .execute();

    await service.get(ArchiveHousekeeper).tidy();

    const limit = new Date(now - 31 * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
    expect((await partitions()).filter((name) => name <= `behaviour_events_${limit}`)).toEqual([]);
    const remembered = await database().query.selectFrom('event_ids').select('id').execute();
    expect(remembered.map(({ id }) => id)).toContain(ids.young);
    expect(remembered.map(({ id }) => id)).not.toContain(ids.old);
    const links = await database().query.selectFrom('session_users').select('session_id').execute();
    expect(links).toEqual([{ session_id: sessions.young }]);
    expect(await ingest(kept)).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});

describe('the archive', () => {
  const keep = async (...events: BehaviourEvent[]) => {
    const archive = service.get<EventArchive>(EventArchive);
    await archive.makeRoomFor(events);
    return await database().transaction(() => archive.store(events));
  };
  const viewed = (id: string = newId(), receivedAt = Date.now()): BehaviourEvent =>
    createEvent('page_view', {
      id,
      subject: id,
      data: { eventType: 'page_view', sessionId: id, timestamp: receivedAt, receivedAt },
    });
  const rows = (id: string) =>
    database().query.selectFrom('behaviour_events').select('id').where('id', '=', id).execute();

  it('keeps an event once that is published again, also under a later time of arrival', async () => {
    const [event, other] = [viewed(), viewed()];

    expect(await keep(event)).toEqual(new Set([event.id]));
    expect(await keep(event, other)).toEqual(new Set([other.id]));
    expect(await keep(viewed(event.id, Date.now() + HOUR_MS))).toEqual(new Set());

    expect(await rows(event.id)).toHaveLength(1);
  });

  it('keeps an event once that two writers keep at the same moment', async () => {
    const event = viewed();
    const stored = await Promise.all([1, 2, 3, 4].map((later) => keep(viewed(event.id, Date.now() + later))));
    expect(stored.map((ids) => ids.size).sort()).toEqual([0, 0, 0, 1]);
    expect(await rows(event.id)).toHaveLength(1);
  });

  it('looks up what it has by id, however much of the day is stored', async () => {
    const stored = Array.from({ length: 2_000 }, () => viewed());
    await keep(...stored);
    const read = await database().transaction(async () => {
      await service.get<EventArchive>(EventArchive).store([...stored.slice(0, 50), viewed()]);
      const { rows: counts } = await sql<{ read: bigint }>`
        select sum(seq_tup_read + idx_tup_fetch)::bigint as read from pg_stat_xact_user_tables
        where relname like 'behaviour_events_%'`.execute(database().query);
      return Number(counts[0]?.read);
    });
    // The fifty it has, and a row or two the planner looks at.
    expect(read).toBeLessThan(60);
  });

  it('makes the days it lacks when the bus brings events of last week', async () => {
    const event = viewed(newId(), Date.now() - 6 * DAY_MS);
    expect(await keep(event)).toEqual(new Set([event.id]));
  });
});

describe('while the database is away', () => {
  it('takes events all the same, and archives them when it is back', async () => {
    const id = newId();

    door.cut();
    expect(await ingest(id)).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    door.restore();

    await eventually(
      async () =>
        expect(
          await database().query.selectFrom('behaviour_events').select('id').where('id', '=', id).execute(),
        ).toHaveLength(1),
      { timeoutMs: 20_000 },
    );
    expect(await ingest(id)).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});
