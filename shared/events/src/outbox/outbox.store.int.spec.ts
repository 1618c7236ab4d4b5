import { Database, sql } from '@vici/database';
import { describe, expect, it } from 'vitest';
import { useEvents } from '../../test/events-fixture.js';
import type { EventsTables } from '../events.tables.js';
import { OutboxStore } from './outbox.store.js';

const events = useEvents();

describe('a claim', () => {
  it('takes as long with a great backlog as with a small one, however empty the outbox was before', async () => {
    const { postgres } = events;
    const database = new Database<EventsTables>({
      url: postgres.url,
      applicationName: 'vici-test',
      statementTimeoutMs: 1_000,
    });
    events.closeLater(() => database.close());
    const store = new OutboxStore(database);
    await postgres.database.pool.query('vacuum analyze outbox');
    for (let round = 0; round < 8; round += 1) await database.transaction(() => store.claim(500));
    await postgres.database.pool.query(
      `insert into outbox (id, topic, key, payload)
       select gen_random_uuid(), 'account-events', number::text, repeat('x', 500)
       from generate_series(1, 40000) number`,
    );

    const claim = await database.transaction(() => store.claim(500));

    expect(claim).toMatchObject({ full: true, blocked: false });
    expect(claim.messages.map(({ key }) => key)).toEqual(
      Array.from({ length: 500 }, (_, index) => String(index + 1)),
    );
  });

  it('is committed without waiting for the disk, unlike what comes after it', async () => {
    const database = new Database<EventsTables>({
      url: events.postgres.url,
      applicationName: 'vici-test',
      poolMax: 1,
    });
    events.closeLater(() => database.close());
    const durability = async () =>
      (await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(database.query)).rows[0];
    await database.pool.query('set synchronous_commit = on');

    const during = await database.transaction(async () => {
      await new OutboxStore(database).claim(500);
      return await durability();
    });

    expect(during).toEqual({ synchronous_commit: 'off' });
    expect(await database.transaction(durability)).toEqual({ synchronous_commit: 'on' });
  });
});
