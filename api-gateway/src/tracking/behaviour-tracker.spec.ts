import type { EventServiceDefinition } from '@vici/proto-gen/event';
import { currentCaller, type GrpcClient, Logger, loadConfig, Metrics, runInContext } from '@vici/utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatewayConfig } from '../gateway.config.js';
import { BehaviourTracker } from './behaviour-tracker.js';

type Ingest = GrpcClient<typeof EventServiceDefinition>['ingestForShoppers'];
type Sent = NonNullable<Parameters<Ingest>[0]['shoppers']>;

const ACCEPTED = { accepted: 0, duplicates: 0, rejected: [] };

/** A tracker whose event service does as told; `calls` holds what it was given, call by call. */
function makeTracker(answer: Ingest = async () => ACCEPTED, queueMax = 1000) {
  const calls: Sent[] = [];
  const metrics = new Metrics('test');
  const tracker = new BehaviourTracker(
    {
      ingest: async () => ACCEPTED,
      ingestJson: async () => ACCEPTED,
      ingestForShoppers: async (request, options) => {
        calls.push(request.shoppers ?? []);
        return await answer(request, options);
      },
    },
    loadConfig(gatewayConfig, { NODE_ENV: 'test', TRACKING_QUEUE_MAX: String(queueMax) }),
    new Logger({ service: 'test', level: 'silent' }),
    metrics,
  );
  const counted = async (what: string) => {
    const text = await metrics.registry.metrics();
    return Number(new RegExp(`^gateway_tracked_behaviour_${what}[^}]*\\} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  return { tracker, calls, counted };
}

const view = (tracker: BehaviourTracker, requestId: string, session = 's') =>
  runInContext({ requestId, caller: { role: 'anonymous', shopperSessionId: session } }, () =>
    tracker.track({ eventType: 'product_view', productId: requestId }),
  );
const productsOf = (sent: Sent) =>
  sent.flatMap(({ events = [] }) => events.map(({ productId }) => productId ?? ''));

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('behaviour of several shoppers', () => {
  it('is handed over in one call of the gateway itself, each with its shopper, twenty milliseconds later', async () => {
    let caller: unknown;
    const { tracker, calls, counted } = makeTracker(async () => {
      caller = currentCaller();
      return { accepted: 2, duplicates: 0, rejected: [{ index: 1, reason: 'productId is required.' }] };
    });
    runInContext(
      {
        requestId: 'a',
        caller: { role: 'customer', userId: 'ann', shopperSessionId: 'visit-a' },
        client: { ip: '203.0.113.7', userAgent: 'Firefox' },
      },
      () =>
        tracker.track(
          { eventType: 'add_to_cart', productId: 'lamp', quantity: 2, price: 1250 },
          { eventType: 'search', query: 'desk', resultProductIds: ['d'], source: 'menu' },
        ),
    );
    await vi.advanceTimersByTimeAsync(10);
    view(tracker, 'mug', 'visit-b');
    await vi.advanceTimersByTimeAsync(9);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);

    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(calls).toEqual([
      [
        {
          userId: 'ann',
          sessionId: 'visit-a',
          clientIp: '203.0.113.7',
          userAgent: 'Firefox',
          events: [
            {
              id,
              eventType: 'add_to_cart',
              productId: 'lamp',
              quantity: 2,
              price: 1250,
              timestamp: 1_700_000_000_000n,
              source: 'gateway',
              resultProductIds: [],
            },
            {
              id,
              eventType: 'search',
              query: 'desk',
              timestamp: 1_700_000_000_000n,
              source: 'menu',
              resultProductIds: ['d'],
            },
          ],
        },
        {
          sessionId: 'visit-b',
          events: [
            {
              id,
              eventType: 'product_view',
              productId: 'mug',
              timestamp: 1_700_000_000_010n,
              source: 'gateway',
              resultProductIds: [],
            },
          ],
        },
      ],
    ]);
    expect(caller).toEqual({ role: 'system', service: 'api-gateway' });
    expect(await counted('total{result="accepted"')).toBe(2);
    expect(await counted('total{result="rejected"')).toBe(1);
    expect(await counted('waiting{')).toBe(0);
  });

  it('keeps its order: a call waits for the one before it, however long that takes', async () => {
    const gate = Promise.withResolvers<void>();
    const { tracker, calls } = makeTracker(async () => {
      await gate.promise;
      return ACCEPTED;
    });
    view(tracker, 'first');
    await vi.advanceTimersByTimeAsync(20);
    for (const product of ['second', 'third']) view(tracker, product);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls.map(productsOf)).toEqual([['first']]);
    gate.resolve();
    await vi.advanceTimersByTimeAsync(20);
    expect(calls.map(productsOf)).toEqual([['first'], ['second', 'third']]);
  });

  it('gathers longer while calls carry what several requests did, up to 80 milliseconds', async () => {
    const { tracker, calls } = makeTracker();
    const called: number[] = [];
    for (let ms = 0; ms < 400; ms += 5) {
      const before = calls.length;
      view(tracker, `p${ms}`);
      await vi.advanceTimersByTimeAsync(5);
      if (calls.length > before) called.push(ms + 5);
    }
    expect(called).toEqual([20, 60, 140, 220, 300, 380]);
  });

  it('is handed over at once when there is enough of it, 250 events a call', async () => {
    const { tracker, calls } = makeTracker();
    for (let index = 0; index < 620; index += 1) view(tracker, `p${index}`);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.map((sent) => sent.length)).toEqual([250, 250]);
    await vi.advanceTimersByTimeAsync(80);
    expect(calls.map((sent) => sent.length)).toEqual([250, 250, 120]);
    expect(calls.flatMap(productsOf)).toEqual(Array.from({ length: 620 }, (_, index) => `p${index}`));
  });
});

describe('behaviour that cannot be handed over', () => {
  /** An event service that is away: each call ends with its deadline. */
  const away: Ingest = (_request, options) =>
    new Promise((_resolve, reject) => {
      setTimeout(() => reject(new Error('deadline')), options?.timeoutMs);
    });

  it('waits up to a bound; what is more is dropped and counted', async () => {
    const gate = Promise.withResolvers<void>();
    const { tracker, calls, counted } = makeTracker(async () => {
      await gate.promise;
      return ACCEPTED;
    }, 6);
    for (let index = 0; index < 4; index += 1) view(tracker, `r${index}`);
    await vi.advanceTimersByTimeAsync(20);
    for (let index = 4; index < 9; index += 1) view(tracker, `r${index}`);
    expect(await counted('total{result="dropped"')).toBe(3);
    expect(await counted('waiting{')).toBe(6);
    gate.resolve();
    await tracker.onModuleDestroy();
    expect(calls.flatMap(productsOf)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5']);
  });

  it('is counted as failed when its call ends, and what comes later is tried again', async () => {
    const { tracker, calls, counted } = makeTracker(away);
    view(tracker, 'lost');
    await vi.advanceTimersByTimeAsync(20 + 1999);
    view(tracker, 'next');
    expect(await counted('waiting{')).toBe(2);
    await vi.advanceTimersByTimeAsync(1 + 20);
    expect(await counted('total{result="failed"')).toBe(1);
    expect(calls.map(productsOf)).toEqual([['lost'], ['next']]);
  });

  it('holds a shutdown up for three seconds at most, then is dropped and counted', async () => {
    const { tracker, calls, counted } = makeTracker(away);
    for (let index = 0; index < 900; index += 1) view(tracker, `p${index}`);
    const stopped = tracker.onModuleDestroy().then(() => Date.now());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await stopped).toBe(1_700_000_003_000);
    expect(calls.map((sent) => sent.length)).toEqual([250, 250]);
    expect(await counted('total{result="failed"')).toBe(500);
    expect(await counted('total{result="dropped"')).toBe(400);
    expect(await counted('waiting{')).toBe(0);
  });

  it('is handed over at shutdown, all of it, without waiting for more', async () => {
    const { tracker, calls } = makeTracker();
    for (const requestId of ['a', 'b', 'c', 'd', 'e']) view(tracker, requestId);
    await tracker.onModuleDestroy();
    expect(calls.map(productsOf)).toEqual([['a', 'b', 'c', 'd', 'e']]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(1);
  });

  it('is nothing outside of a request', async () => {
    const { tracker, calls } = makeTracker();
    tracker.track({ eventType: 'product_view', productId: 'p' });
    await tracker.onModuleDestroy();
    expect(calls).toEqual([]);
  });
});
