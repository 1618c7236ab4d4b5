import { pauseAt } from '@vici/testing';
import { describe, expect, it } from 'vitest';
import { accountEvent, logger, useEvents } from '../../test/events-fixture.js';
import { InboxCleaner } from '../inbox/inbox.cleaner.js';
import { InboxStore } from '../inbox/inbox.store.js';
import { InboxEffect } from './once-only-effect.js';

const events = useEvents();

describe('an effect behind the inbox', () => {
  it('happens once when two members handle one event at the same moment', async () => {
    const event = accountEvent();
    const other = events.openDatabase(events.postgres.url);
    using first = pauseAt('event.handled');
    const one = new InboxEffect(events.postgres.database).apply('test', [event], () =>
      events.leaveEffect(event),
    );
    await first.reached;
    const two = new InboxEffect(other).apply('test', [event], () => events.leaveEffect(event, other));
    await new Promise((resolve) => setTimeout(resolve, 100));
    first.resume();

    expect([await one, await two]).toEqual([[event], []]);
    expect(await events.effects()).toEqual([event.id]);
  });

  it('happens by the second member when the first one fails', async () => {
    const event = accountEvent();
    const other = events.openDatabase(events.postgres.url);
    const inHand = Promise.withResolvers<void>();
    const one = new InboxEffect(events.postgres.database).apply('test', [event], async () => {
      await events.leaveEffect(event);
      inHand.resolve();
      await new Promise((resolve) => setTimeout(resolve, 100));
      throw new Error('the first member dies');
    });
    const died = expect(one).rejects.toThrow('the first member dies');
    await inHand.promise;
    const two = await new InboxEffect(other).apply('test', [event], () => events.leaveEffect(event, other));
    await died;

    expect(two).toEqual([event]);
    expect(await events.effects()).toEqual([event.id]);
  });

  it('is separate for each consumer', async () => {
    const event = accountEvent();
    const effect = new InboxEffect(events.postgres.database);
    await effect.apply('mail', [event], () => events.leaveEffect(event));
    await effect.apply('search', [event], () => events.leaveEffect(event));
    expect(await events.effects()).toEqual([event.id, event.id]);
  });
});

describe('the inbox cleaner', () => {
  it('deletes the old notes of its consumers only', async () => {
    const { pool } = events.postgres.database;
    await pool.query(`insert into inbox (consumer, event_id, handled_at) values
      ('mail', gen_random_uuid(), now() - interval '9 days'),
      ('mail', gen_random_uuid(), now() - interval '7 days'),
      ('search', gen_random_uuid(), now() - interval '9 days')`);
    const store = new InboxStore(events.postgres.database);
    const cleaner = new InboxCleaner(store, [{ consumer: 'mail', keepMs: 8 * 86_400_000 }], logger);

    expect(await cleaner.clean()).toBe(1);

    const { rows } = await pool.query('select consumer from inbox order by consumer');
    expect(rows).toEqual([{ consumer: 'mail' }, { consumer: 'search' }]);
  });
});
