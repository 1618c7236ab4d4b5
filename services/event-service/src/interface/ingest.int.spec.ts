import { Database } from '@vici/database';
import { EVENT_BUS, type EventBus, parseEvent, type Topic } from '@vici/events';
import { type BehaviourEvent, EventServiceDefinition } from '@vici/proto-gen/event';
import { asCaller, eventually, pauseAt, useService } from '@vici/testing';
import { newId, runInContext } from '@vici/utils';
import { afterEach, describe, expect, it } from 'vitest';
import { eventService } from '../event.service.js';
import type { EventTables } from '../infrastructure/event.tables.js';

const service = useService(eventService);
const events = () => service.client(EventServiceDefinition);
const database = () => service.get<Database<EventTables>>(Database);
const productId = newId();

type Sent = Partial<BehaviourEvent>;
const view = (over: Sent = {}): Sent => ({ id: newId(), eventType: 'product_view', productId, ...over });
const ingest = (sent: Sent[], caller: Parameters<typeof asCaller>[0] = { shopperSessionId: newId() }) =>
  asCaller(caller, () => events().ingest({ events: sent }));

const stored = (ids: readonly (string | undefined)[]) =>
  database()
    .query.selectFrom('behaviour_events')
    .selectAll()
    .where(
      'id',
      'in',
      ids.filter((id) => id !== undefined),
    )
    .orderBy('occurred_at')
    .execute();

/** How often each of the ids has been sent on a topic. */
async function sentOn(topic: Topic, ids: readonly (string | undefined)[]): Promise<number> {
  let count = 0;
  await service.get<EventBus>(EVENT_BUS).readAll(topic, async ({ value }) => {
    if (ids.includes(parseEvent(value)?.id)) count += 1;
  });
  return count;
}

let pause: ReturnType<typeof pauseAt> | undefined;
afterEach(() => pause?.[Symbol.dispose]());

describe('ingesting events', () => {
  it('accepts the good ones and names each bad one by index and reason', async () => {
    const first = view();
    const second = view({ eventType: 'add_to_cart', quantity: 2 });
    const ids = [first.id, second.id];

    const answer = await ingest([
      first,
      view({ productId: undefined }),
      view({ id: 'mine' }),
      second,
      view({ eventType: 'purchase' }),
    ]);

    expect(answer).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [
        { index: 1, reason: 'productId is required.' },
        { index: 2, reason: 'id must be a UUID.' },
        { index: 4, reason: 'eventType purchase is reported by the shop itself and not taken from clients.' },
      ],
    });
    expect((await stored(ids)).map((row) => row.id).sort()).toEqual(ids.sort());
  });

  it('counts an id once, twice in one batch and again in another', async () => {
    const twice = view();
    const other = view();

    const first = await ingest([twice, { ...twice, id: twice.id?.toUpperCase() ?? '' }, other]);
    const fresh = view();
    const again = await ingest([other, fresh, twice]);

    expect(first).toMatchObject({ accepted: 2, duplicates: 1, rejected: [] });
    expect(again).toMatchObject({ accepted: 1, duplicates: 2, rejected: [] });
    expect(await stored([twice.id, other.id, fresh.id])).toHaveLength(3);
    // Written to the bus last, so whatever was published before it is there.
    const last = view();
    await ingest([last]);
    await eventually(async () => expect(await sentOn('user-events', [last.id])).toBe(1));
    expect(await sentOn('user-events', [twice.id, other.id, fresh.id])).toBe(3);
  });

  it('keeps the first good event of an id when an earlier one of it is bad', async () => {
    const event = view();

    const answer = await ingest([{ ...event, quantity: 0 }, event]);

    expect(answer).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(answer.rejected.map(({ index }) => index)).toEqual([0]);
    expect(await stored([event.id])).toHaveLength(1);
  });

  it('lets the second of two equal batches wait for the first, and counts each event once', async () => {
    const batch = Array.from({ length: 20 }, () => view());
    pause = pauseAt('event-service.recorded');

    const first = ingest(batch);
    await pause.reached;
    let secondEnded = false;
    const second = ingest(batch.toReversed()).finally(() => {
      secondEnded = true;
    });
    await eventually(async () => {
      const { rows } = await database().pool.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      expect(rows).toHaveLength(1);
    });
    expect(secondEnded).toBe(false);
    pause.resume();

    expect(await first).toMatchObject({ accepted: 20, duplicates: 0 });
    expect(await second).toMatchObject({ accepted: 0, duplicates: 20 });
    expect(await stored(batch.map(({ id }) => id))).toHaveLength(20);
  });

  it('takes five hundred events at once, and refuses five hundred and one as a whole', async () => {
    const batch = Array.from({ length: 501 }, () => view());

    await expect(ingest(batch)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'events', message: 'must hold at most 500 events' }] },
    });
    expect(await stored(batch.map(({ id }) => id))).toEqual([]);
    expect(await ingest(batch.slice(1))).toMatchObject({ accepted: 500, duplicates: 0, rejected: [] });
  });

  it('has nothing to do for an empty batch', async () => {
    expect(await ingest([])).toEqual({ accepted: 0, duplicates: 0, rejected: [] });
  });
});

describe('an ingested event', () => {
  it('travels on user-events and on the topic of its type, in the order of the batch', async () => {
    const userId = newId();
    const session = newId();
    const batch = [
      view(),
      view({ eventType: 'product_click' }),
      view({ eventType: 'add_to_cart' }),
      view({ eventType: 'remove_from_cart' }),
      { id: newId(), eventType: 'search', query: 'mug', resultProductIds: [productId] },
      { id: newId(), eventType: 'page_view' },
    ] satisfies Sent[];
    const ids = batch.map(({ id }) => id);

    await ingest(batch, { userId, shopperSessionId: session });

    await eventually(async () => expect(await sentOn('user-events', ids)).toBe(6));
    await eventually(async () => {
      expect(await sentOn('product-views', ids)).toBe(2);
      expect(await sentOn('cart-events', ids)).toBe(2);
      expect(await sentOn('search-events', ids)).toBe(1);
    });
    expect(await sentOn('purchase-events', ids)).toBe(0);
    const keys: string[] = [];
    const order: (string | undefined)[] = [];
    await service.get<EventBus>(EVENT_BUS).readAll('user-events', async ({ key, value }) => {
      const id = parseEvent(value)?.id;
      if (!ids.includes(id)) return;
      keys.push(key);
      order.push(id);
    });
    expect(order).toEqual(ids);
    expect(new Set(keys)).toEqual(new Set([userId]));
  });

  it("carries the caller's user and session, whatever the message says, and no address or browser", async () => {
    const userId = newId();
    const shopperSessionId = newId();
    const event = view({ sessionId: newId(), timestamp: BigInt(Date.now() - 5000), price: 1250 });

    await runInContext(
      {
        requestId: newId(),
        caller: { role: 'customer', userId, shopperSessionId },
        client: { ip: '203.0.113.77', userAgent: 'Browser/1.0' },
      },
      () => events().ingest({ events: [event] }),
    );

    const data = {
      userId,
      sessionId: shopperSessionId,
      eventType: 'product_view',
      timestamp: Number(event.timestamp),
      productId,
      price: 1250,
    };
    const [row] = await stored([event.id]);
    expect(row).toMatchObject({
      event_type: 'product_view',
      user_id: userId,
      session_id: shopperSessionId,
      occurred_at: new Date(data.timestamp),
      client_network: '203.0.113.0/24',
      user_agent: 'Browser/1.0',
    });
    expect(row?.data).toEqual(data);
    await eventually(() => {
      const published = service.events().find(({ id }) => id === event.id);
      expect(published?.data).toEqual(data);
      expect(JSON.stringify(published)).not.toMatch(/203\.0\.113|Browser/);
    });
  });

  it('keeps of an IPv6 address the first 48 bits, and nothing of what is no address', async () => {
    const from = async (ip: string) => {
      const event = view();
      const context = {
        requestId: newId(),
        caller: { role: 'anonymous' as const, shopperSessionId: newId() },
      };
      await runInContext({ ...context, client: { ip } }, () => events().ingest({ events: [event] }));
      const [row] = await stored([event.id]);
      return row?.client_network;
    };

    expect(await from('2001:db8:abcd:12::1')).toBe('2001:db8:abcd::/48');
    expect(await from('::1')).toBe('::/48');
    expect(await from('unknown')).toBeNull();
  });

  it('is accepted as a purchase only from Vici itself', async () => {
    const event = view({ eventType: 'purchase' });
    const caller = { shopperSessionId: newId() };

    expect(await ingest([event], { ...caller, role: 'admin', userId: newId() })).toMatchObject({
      accepted: 0,
    });
    expect(await ingest([event], { ...caller, role: 'system' })).toMatchObject({ accepted: 1 });
  });
});
