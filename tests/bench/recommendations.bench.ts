// `npm run bench:recommendations [seconds]`: predictions on one core; then, on a whole Vici with Kafka, how soon a shopper's
// list follows an event at 500 events/s, how fast lists are served at 500/s, how long the work on index and lists holds the
// event loop, and what Redis keeps.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Page, type Product, Shopper } from '../support/api.ts';
import { send } from '../support/http-client.ts';
import { percentile } from './measure.ts';
import { measurePrediction } from './prediction.bench.ts';
import { serve } from './served.ts';

const seconds = Number(process.argv[2] ?? 20);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench:recommendations [seconds per case]');
  process.exit(2);
}
const EVENTS_PER_SECOND = 500;
/** Views of one shopper, sent together. */
const BATCH = 5;
const REQUESTS_PER_SECOND = 500;
const WARM_UP_SECONDS = 5;

interface Address {
  readonly url: string;
  readonly redisUrl: string;
  readonly metricsUrl: string;
}
const isAddress = (value: unknown): value is Address =>
  typeof value === 'object' &&
  value !== null &&
  'url' in value &&
  'redisUrl' in value &&
  'metricsUrl' in value;

const headersOf = (session: string) => ({ 'content-type': 'application/json', 'x-session-id': session });

/** Starts `work` so many times a second, whether or not the last has ended; a late start counts as waiting. */
async function atRate(
  perSecond: number,
  forSeconds: number,
  work: (dueAt: number) => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; n < perSecond * forSeconds; n += 1) {
    const dueAt = started + (1_000 * n) / perSecond;
    const wait = dueAt - performance.now();
    if (wait > 1) await sleep(wait);
    running.push(work(dueAt));
  }
  await Promise.all(running);
}

function summary(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => percentile(sorted, share).toFixed(1);
  return `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms of ${sorted.length}`;
}

/** From the 202 to the moment the written list is announced. Gives the sessions, too. */
async function measureFollowing(address: Address, ids: readonly string[]): Promise<string[]> {
  const subscriber = new Redis(address.redisUrl);
  const writtenAt = new Map<string, number>();
  subscriber.on('message', (_channel: string, message: string) => {
    const { sessions }: { sessions: string[] } = JSON.parse(message);
    for (const id of sessions) writtenAt.set(id, performance.now());
  });
  await subscriber.subscribe('rec:changed');
  const acceptedAt = new Map<string, number>();
  const visit = async () => {
    const session = randomUUID();
    const events = Array.from({ length: BATCH }, () => ({
      id: randomUUID(),
      eventType: 'product_view',
      productId: ids[Math.floor(Math.random() * ids.length)],
      timestamp: Date.now(),
    }));
    const { status } = await send(`${address.url}/api/events/batch`, {
      method: 'POST',
      headers: headersOf(session),
      body: JSON.stringify({ events }),
    });
    if (status !== 202) throw new Error(`POST /events/batch answered ${status}`);
    acceptedAt.set(session, performance.now());
  };
  await atRate(EVENTS_PER_SECOND / BATCH, WARM_UP_SECONDS, visit);
  await sleep(1_000);
  acceptedAt.clear();
  await atRate(EVENTS_PER_SECOND / BATCH, seconds, visit);
  await sleep(2_000);
  subscriber.disconnect();
  const times = [...acceptedAt].flatMap(([id, at]) => {
    const written = writtenAt.get(id);
    return written === undefined ? [] : [Math.max(0, written - at)];
  });
  console.log(
    `Event accepted → list in Redis, ${EVENTS_PER_SECOND} events/s: ${summary(times)}; ${acceptedAt.size - times.length} never`,
  );
  return [...acceptedAt.keys()];
}

async function measureServing(
  { url }: Address,
  sessions: readonly string[],
  ids: readonly string[],
): Promise<void> {
  const pick = (from: readonly string[]) => from[Math.floor(Math.random() * from.length)] ?? '';
  const paths = () => [
    'session',
    `products/${pick(ids)}`,
    'trending',
    'user',
    `products/${pick(ids)}/frequently-bought`,
  ];
  const times: number[] = [];
  let failed = 0;
  const ask = async (dueAt: number) => {
    const headers = headersOf(pick(sessions));
    const { status } = await send(`${url}/api/recommendations/${pick(paths())}?limit=12`, { headers });
    if (status !== 200) failed += 1;
    times.push(performance.now() - dueAt);
  };
  await atRate(REQUESTS_PER_SECOND, WARM_UP_SECONDS, ask);
  times.length = 0;
  await atRate(REQUESTS_PER_SECOND, seconds, ask);
  console.log(
    `GET /recommendations/…, ${REQUESTS_PER_SECOND} requests/s: ${summary(times)}; ${failed} failed`,
  );
}

async function measureKeys(
  address: Address,
  sessions: readonly string[],
  ids: readonly string[],
): Promise<void> {
  const redis = new Redis(address.redisUrl);
  const bytesOf = async (keys: readonly string[]) => {
    const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key)));
    return sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0);
  };
  const session = await bytesOf(sessions.flatMap((id) => [`rec:session:${id}`, `rec:session:${id}:viewed`]));
  const products = ids.flatMap((id) => [
    `rec:product:${id}:similar`,
    `rec:product:${id}:frequently_bought`,
    `product:${id}`,
  ]);
  const product = await bytesOf(products);
  console.log(
    `Redis: ${Math.round(session / sessions.length)} bytes a session, ${Math.round(product / ids.length)} a product`,
  );
  await redis.quit();
}

/** What the service itself has measured: stretches of work on index and lists, however busy the machine was. */
async function measureLoop({ metricsUrl }: Address): Promise<void> {
  const metrics = await (await fetch(metricsUrl)).text();
  const found = metrics.matchAll(
    /^recommendation_loop_held_seconds_bucket\{[^}]*le="([^"]+)"[^}]*\} (\d+)/gm,
  );
  const within = new Map([...found].map(([, bound = '', count]) => [bound, Number(count)]));
  const all = within.get('+Inf') ?? 0;
  const share = (bound: string) =>
    `${((100 * (within.get(bound) ?? 0)) / all).toFixed(2)} % within ${Number(bound) * 1_000} ms`;
  console.log(`Event loop held ${all} times: ${['0.003', '0.005', '0.01', '0.05'].map(share).join(', ')}`);
}

const figures = measurePrediction();
console.log(
  `Learned a million clicks at ${Math.round(figures.learnedPerSecond)}/s, ${figures.megabytesPerMillion.toFixed(0)} MB resident.`,
);
console.log(
  `Predictions at k=100, m=500, one core: ${Math.round(figures.predictedPerSecond)}/s (${Math.round(figures.predictedPerCpuSecond)} a second of processor time), p50 ${figures.p50.toFixed(3)} ms, p99 ${figures.p99.toFixed(3)} ms`,
);
const stack = await serve('./recommendations.server.ts', '', (sentence) => console.log(sentence), isAddress);
try {
  const { address } = stack;
  const { data: page } = await new Shopper(address.url).get<Page<Product>>('/products?limit=100');
  const ids = page.data.map(({ id }) => id);
  const sessions = await measureFollowing(address, ids);
  await measureServing(address, sessions, ids);
  await measureLoop(address);
  await measureKeys(address, sessions, ids);
} finally {
  await stack.stop();
}
