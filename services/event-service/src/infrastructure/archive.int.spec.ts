import { connect, createServer, type Server, type Socket } from 'node:net';
import { Database } from '@vici/database';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import { asCaller, eventually, useService, useTestDatabase } from '@vici/testing';
import { newId } from '@vici/utils';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventService } from '../event.service.js';
import { ArchiveHousekeeper } from './archive.housekeeper.js';
import { BehaviourPartitions } from './behaviour-partitions.js';
import type { EventTables } from './event.tables.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A door between the service and its database that can be shut. */
class DatabaseDoor {
  port = 0;
  #server: Server | undefined;
  #open = true;
  readonly #sockets = new Set<Socket>();

  async listen(target: URL): Promise<void> {
    const server = createServer((socket) => {
      if (!this.#open) {
        socket.destroy();
        return;
      }
      const upstream = connect(Number(target.port === '' ? 5432 : target.port), target.hostname);
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  shut(): void {
    this.#open = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  open(): void {
    this.#open = true;
  }

  async close(): Promise<void> {
    this.shut();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

const door = new DatabaseDoor();
const target = useTestDatabase<EventTables>();
beforeAll(() => door.listen(new URL(target.url)));
const service = useService(eventService, () => {
  const url = new URL(target.url);
  url.hostname = '127.0.0.1';
  url.port = String(door.port);
  return { DATABASE_URL: url.href, EVENT_RETENTION_DAYS: '30' };
});
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
    const [kept] = [newId(), await ingest(newId())];
    await ingest(kept);
    await keeper.makeReady(new Date(now - 60 * DAY_MS));
    const ids = { old: newId(), young: newId() };
    const sessions = { old: newId(), young: newId() };
    await database()
      .query.insertInto('event_ids')
      .values([
        { id: ids.old, received_at: new Date(now - 49 * HOUR_MS) },
        { id: ids.young, received_at: new Date(now - 47 * HOUR_MS) },
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

describe('while the database is away', () => {
  it('refuses events as unavailable, keeps none of them, and takes the same ones when it is back', async () => {
    const id = newId();

    door.shut();
    await expect(ingest(id)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    door.open();

    // The circuit breaker may stay open for a moment.
    const answer = await eventually(() => ingest(id), { timeoutMs: 15_000 });
    expect(answer).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(
      await database().query.selectFrom('behaviour_events').select('id').where('id', '=', id).execute(),
    ).toHaveLength(1);
  });
});
