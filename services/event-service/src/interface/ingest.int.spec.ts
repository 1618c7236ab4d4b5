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

const CHROME =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';

const originsOf = (session: string) =>
  database().query.selectFrom('session_origins').selectAll().where('session_id', '=', session).execute();

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
    await eventually(async () => expect((await stored(ids)).map((row) => row.id).sort()).toEqual(ids.sort()));
  });

  it('counts an id once, twice in one batch and again in another', async () => {
    const twice = view();
    const other = view();

    const first = await ingest([twice, { ...twice, id: twice.id?.toUpperCase() ?? '' }, other]);
    const fresh = view();
    const again = await ingest([other, fresh, twice]);

    expect(first).toMatchObject({ accepted: 2, duplicates: 1, rejected: [] });
    expect(again).toMatchObject({ accepted: 1, duplicates: 2, rejected: [] });
    // Written to the bus last, so whatever was published before it is there.
    const last = view();
    await ingest([last]);
    await eventually(async () => expect(await sentOn('user-events', [last.id])).toBe(1));
    expect(await sentOn('user-events', [twice.id, other.id, fresh.id])).toBe(3);
    await eventually(async () => expect(await stored([last.id])).toHaveLength(1));
    await eventually(async () => expect(await stored([twice.id, other.id, fresh.id])).toHaveLength(3));
  });

  it('keeps the first good event of an id when an earlier one of it is bad', async () => {
    const event = view();

    const answer = await ingest([{ ...event, quantity: 0 }, event]);

    expect(answer).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(answer.rejected.map(({ index }) => index)).toEqual([0]);
    await eventually(async () => expect(await stored([event.id])).toHaveLength(1));
  });

  it('lets the second of two equal batches wait for the first, and counts each event once', async () => {
    const batch = Array.from({ length: 20 }, () => view());
    pause = pauseAt('event-service.published');

    const first = ingest(batch);
    await pause.reached;
    let secondEnded = false;
    const second = ingest(batch.toReversed()).finally(() => {
      secondEnded = true;
    });
    // Handled after the second one has begun to wait.
    await ingest([view()]);
    expect(secondEnded).toBe(false);
    pause.resume();

    expect(await first).toMatchObject({ accepted: 20, duplicates: 0 });
    expect(await second).toMatchObject({ accepted: 0, duplicates: 20 });
    await eventually(async () => expect(await stored(batch.map(({ id }) => id))).toHaveLength(20));
  });

  it('takes five hundred events at once, and refuses five hundred and one as a whole', async () => {
    const batch = Array.from({ length: 501 }, () => view());

    await expect(ingest(batch)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'events', message: 'must have at most 500 entries' }] },
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
        client: { ip: '203.0.113.77', userAgent: CHROME },
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
      receivedAt: expect.any(Number),
    };
    await eventually(async () => {
      const [row] = await stored([event.id]);
      expect(row).toMatchObject({
        event_type: 'product_view',
        user_id: userId,
        session_id: shopperSessionId,
        occurred_at: new Date(data.timestamp),
        bot: false,
      });
      expect(row?.received_at).toEqual(new Date(Number(row?.data['receivedAt'])));
      expect(row?.data).toEqual(data);
      const published = service.events().find(({ id }) => id === event.id);
      expect(published?.data).toEqual(data);
      expect(JSON.stringify(published)).not.toMatch(/203\.0\.113|Chrome/);
    });
    await eventually(async () =>
      expect(await originsOf(shopperSessionId)).toMatchObject([
        { client_network: '203.0.113.0/24', user_agent: 'Chrome on Android' },
      ]),
    );
  });

  it('leaves of an IPv6 address the first 48 bits, of what is no address nothing, and of each place one note', async () => {
    const from = async (ip: string) => {
      const caller = { role: 'anonymous' as const, shopperSessionId: newId() };
      for (const sent of [view(), view()]) {
        await runInContext({ requestId: newId(), caller, client: { ip, userAgent: CHROME } }, () =>
          events().ingest({ events: [sent] }),
        );
      }
      return await eventually(async () => {
        const notes = await originsOf(caller.shopperSessionId);
        expect(notes).toHaveLength(1);
        return notes[0]?.client_network;
      });
    };

    expect(await from('2001:db8:abcd:12::1')).toBe('2001:db8:abcd::/48');
    expect(await from('::1')).toBe('::/48');
    expect(await from('unknown')).toBeNull();
  });

  it('says so when a program sent it, by its user agent or by more than a person can do in a minute', async () => {
    const send = async (count: number, userAgent: string, shopperSessionId = newId()) => {
      const sent = Array.from({ length: count }, () => view());
      await runInContext(
        {
          requestId: newId(),
          caller: { role: 'anonymous', shopperSessionId },
          client: { ip: '', userAgent },
        },
        () => events().ingest({ events: sent }),
      );
      const id = sent[0]?.id;
      return await eventually(() => {
        const published = service.events().find((event) => event.id === id);
        expect(published).toBeDefined();
        return published?.data;
      });
    };
    const session = newId();

    expect(await send(1, 'Googlebot/2.1 (+http://www.google.com/bot.html)')).toMatchObject({ bot: true });
    expect(await send(400, CHROME, session)).not.toHaveProperty('bot');
    expect(await send(201, CHROME, session)).toMatchObject({ bot: true });
    expect(await send(1, CHROME)).not.toHaveProperty('bot');
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

describe('a batch as the client wrote it', () => {
  const ingestJson = (body: unknown, fallbackSessionId?: string) =>
    asCaller({}, () =>
      events().ingestJson({
        bodyJson: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
        ...(fallbackSessionId !== undefined && { fallbackSessionId }),
      }),
    );

  it('is judged event by event, whatever it holds', async () => {
    const good = { id: newId(), eventType: 'product_view', productId, metadata: { colour: 'red' } };
    const answer = await ingestJson(
      {
        events: [
          good,
          null,
          7,
          { ...good, id: newId(), price: '12' },
          { ...good, id: newId(), sessionId: 5 },
        ],
      },
      newId(),
    );

    expect(answer).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(answer.rejected).toEqual([
      { index: 1, reason: 'id must be a UUID.' },
      { index: 2, reason: 'id must be a UUID.' },
      { index: 3, reason: 'price is not valid: Invalid input: expected number, received string.' },
      { index: 4, reason: 'sessionId must be a UUID where the request names no session.' },
    ]);
    await eventually(async () =>
      expect((await stored([good.id]))[0]?.data).toMatchObject({ metadata: good.metadata }),
    );
  });

  it.each([
    ['{', 'body', 'is not valid JSON'],
    ['[]', 'events', 'must be an array'],
    ['{"events":7}', 'events', 'must be an array'],
    ['{"events":[]}', 'events', 'must have at least 1 entry'],
    [{ events: Array(501).fill({}) }, 'events', 'must have at most 500 entries'],
  ])('is refused when it is %s', async (body, field, message) => {
    await expect(ingestJson(body)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field, message }] },
    });
  });

  it('changes no prototype', async () => {
    const event = `{"id":"${newId()}","eventType":"page_view","metadata":{"__proto__":"x","a":1},"__proto__":{"b":2}}`;
    expect(await ingestJson(`{"events":[${event}]}`, newId())).toMatchObject({ accepted: 1, rejected: [] });
  });
});
