import { Database } from '@vici/database';
import { EVENT_BUS, type EventBus, parseEvent } from '@vici/events';
import { type BehaviourEvent, EventServiceDefinition, type ShopperEvents } from '@vici/proto-gen/event';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId, startTracing } from '@vici/utils';
import { expect, it, onTestFinished, vi } from 'vitest';
import { eventService } from '../event.service.js';
import type { EventTables } from '../infrastructure/event.tables.js';

const service = useService(eventService);
const database = () => service.get<Database<EventTables>>(Database);
const productId = newId();
const CHROME =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';
const GOOGLEBOT = 'Googlebot/2.1 (+http://www.google.com/bot.html)';

const view = (over: Partial<BehaviourEvent> = {}) => ({
  id: newId(),
  eventType: 'product_view',
  productId,
  ...over,
});
type Reported = Omit<Partial<ShopperEvents>, 'events'> & { events: ReturnType<typeof view>[] };
const report = (shoppers: Reported[], role: 'system' | 'admin' = 'system') =>
  asCaller({ role, service: 'api-gateway' }, () =>
    service.client(EventServiceDefinition).ingestForShoppers({ shoppers }),
  );
const rowOf = async (id: string) =>
  await eventually(async () => {
    const rows = await database()
      .query.selectFrom('behaviour_events')
      .selectAll()
      .where('id', '=', id)
      .execute();
    expect(rows).toHaveLength(1);
    return rows[0];
  });
const dataOf = async (id: string) => (await rowOf(id))?.data;

it('events of several shoppers belong each to its own user, visit, address and browser', async () => {
  const [ann, annsVisit, guestsVisit, botsVisit] = [newId(), newId(), newId(), newId()];
  const timestamp = BigInt(Date.now() - 5000);
  const bought = view({ eventType: 'add_to_cart', quantity: 2, price: 1250, timestamp });
  const [seen, crawled] = [
    view({ sessionId: newId(), timestamp, recommendationId: 'r-1' }),
    view({ timestamp }),
  ];

  const answer = await report([
    {
      userId: ann,
      sessionId: annsVisit.toUpperCase(),
      clientIp: '203.0.113.77',
      userAgent: CHROME,
      events: [bought],
    },
    { sessionId: guestsVisit, clientIp: '2001:db8:abcd:12::1', events: [seen] },
    { sessionId: botsVisit, userAgent: GOOGLEBOT, events: [crawled] },
  ]);

  expect(answer).toEqual({ accepted: 3, duplicates: 0, rejected: [] });
  const common = { timestamp: Number(timestamp), productId, receivedAt: expect.any(Number) };
  expect(await dataOf(bought.id)).toEqual({
    ...common,
    eventType: 'add_to_cart',
    userId: ann,
    sessionId: annsVisit,
    quantity: 2,
    price: 1250,
  });
  expect(await dataOf(seen.id)).toEqual({
    ...common,
    eventType: 'product_view',
    sessionId: guestsVisit,
    recommendationId: 'r-1',
  });
  expect(await dataOf(crawled.id)).toEqual({
    ...common,
    eventType: 'product_view',
    sessionId: botsVisit,
    bot: true,
  });
  expect([await rowOf(bought.id), await rowOf(seen.id), await rowOf(crawled.id)]).toMatchObject([
    { user_id: ann, session_id: annsVisit, bot: false },
    { user_id: null, session_id: guestsVisit, bot: false },
    { user_id: null, session_id: botsVisit, bot: true },
  ]);
  await eventually(async () => {
    const origins = await database()
      .query.selectFrom('session_origins')
      .select(['session_id', 'client_network', 'user_agent'])
      .where('session_id', 'in', [annsVisit, guestsVisit])
      .execute();
    expect(new Map(origins.map((origin) => [origin.session_id, origin]))).toEqual(
      new Map([
        [
          annsVisit,
          { session_id: annsVisit, client_network: '203.0.113.0/24', user_agent: 'Chrome on Android' },
        ],
        [guestsVisit, { session_id: guestsVisit, client_network: '2001:db8:abcd::/48', user_agent: null }],
      ]),
    );
  });
  expect(JSON.stringify(service.events())).not.toMatch(/203\.0\.113|2001:db8|Chrome/);
});

it('a bad event is named by its place in the whole call, an id counts once, and the rest is taken', async () => {
  const [twice, other] = [view(), view()];
  const known = view();
  await report([{ sessionId: newId(), events: [known] }]);

  const answer = await report([
    { sessionId: newId(), events: [twice, view({ id: 'mine' })] },
    { sessionId: 'nowhere', events: [view()] },
    { sessionId: newId(), events: [] },
    { sessionId: newId(), events: [{ ...twice }, other, known, view({ eventType: 'purchase' })] },
  ]);

  expect(answer).toEqual({
    accepted: 2,
    duplicates: 2,
    rejected: [
      { index: 1, reason: 'id must be a UUID.' },
      { index: 2, reason: 'sessionId must be a UUID where the request names no session.' },
      { index: 6, reason: 'eventType purchase is reported by the shop itself and not taken from clients.' },
    ],
  });
});

it('what one shopper does too fast marks that shopper alone', async () => {
  const [fast, calm] = [newId(), newId()];
  const many = (count: number) => Array.from({ length: count }, () => view());
  await report([{ sessionId: fast, events: many(400) }]);
  const [last, first] = [many(201), view()];

  await report([
    { sessionId: fast, events: last },
    { sessionId: calm, events: [first] },
  ]);

  expect(await dataOf(last[0]?.id ?? '')).toMatchObject({ bot: true });
  expect(await dataOf(first.id)).not.toHaveProperty('bot');
});

it('events go out in the order of the call, keyed by their shoppers, each in the trace of its own request', async () => {
  vi.stubEnv('OTEL_TRACES_EXPORTER', 'none');
  const stop = await startTracing('event', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await stop();
  });
  const [ann, visit] = [newId(), newId()];
  const sent = Array.from({ length: 6 }, () => view());
  const traceparent = (trace = '') => `00-${trace}-b7ad6b7169203331-01`;
  const traces = new Map(sent.map(({ id }, index) => [id, (index % 2 === 0 ? 'a' : 'b').repeat(32)]));

  await report(
    sent.map((event, index) => ({
      ...(index % 2 === 0 ? { userId: ann, sessionId: newId() } : { sessionId: visit }),
      traceparent: traceparent(traces.get(event.id)),
      events: [event],
    })),
  );

  const out = new Map<string, string[]>();
  const carried = new Map<string, string | undefined>();
  await eventually(async () => {
    out.clear();
    await service.get<EventBus>(EVENT_BUS).readAll('user-events', async ({ key, value }) => {
      const event = parseEvent(value);
      if (event === undefined || !traces.has(event.id)) return;
      out.set(key, [...(out.get(key) ?? []), event.id]);
      carried.set(event.id, event.traceparent?.split('-')[1]);
    });
    expect([...out.values()].flat()).toHaveLength(6);
  });
  const ids = sent.map(({ id }) => id);
  expect(out.get(ann)).toEqual([ids[0], ids[2], ids[4]]);
  expect(out.get(visit)).toEqual([ids[1], ids[3], ids[5]]);
  expect(carried).toEqual(traces);
});

it('only Vici itself says what others did, 500 events at most', async () => {
  const one = { sessionId: newId(), events: [view()] };
  await expect(report([one], 'admin')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(
    report([one, { sessionId: newId(), events: Array.from({ length: 500 }, () => view()) }]),
  ).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    details: { fields: [{ field: 'events', message: 'must have at most 500 entries' }] },
  });
  expect(await report([one])).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
});
