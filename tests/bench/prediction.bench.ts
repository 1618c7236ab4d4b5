import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RecommendationIndex } from '@vici/recommendation-service/algorithms';
import { percentile } from './measure.ts';

/** A shop with favourites: of so many products the most popular ones are in far more than m sessions. */
const PRODUCTS = 20_000;
const SESSIONS = 200_000;
const CLICKS = 5;
const PREDICTIONS = 20_000;
const LIST = 20;
const MEGABYTE = 1024 ** 2;

export interface PredictionFigures {
  readonly learnedPerSecond: number;
  readonly megabytesPerMillion: number;
  readonly predictedPerSecond: number;
  /** Where the machine does something else besides, this tells what the work itself takes. */
  readonly predictedPerCpuSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Predictions of the shipped algorithm at m=500 and k=100 on one core, on a million clicks. */
export function measurePrediction(): PredictionFigures {
  const random = generator(1);
  const product = () =>
    `00000000-0000-7000-8000-${String(Math.floor(PRODUCTS * random() ** 3)).padStart(12, '0')}`;
  collectGarbage();
  const before = process.memoryUsage().rss;
  const index = new RecommendationIndex();
  const started = performance.now();
  for (let session = 0; session < SESSIONS; session += 1) {
    const sessionId = `01980000-0000-7000-8000-${String(session).padStart(12, '0')}`;
    for (let click = 0; click < CLICKS; click += 1) {
      const at = session * 1_000 + click;
      index.apply({ eventId: '', sessionId, productId: product(), kind: 'view', at });
    }
  }
  const learned = performance.now() - started;
  collectGarbage();
  const resident = process.memoryUsage().rss - before;
  const cpuBefore = process.cpuUsage();
  const times = Float64Array.from({ length: PREDICTIONS }, () => predictOnce(index, product, random)).sort();
  const { user, system } = process.cpuUsage(cpuBefore);
  const total = times.reduce((sum, time) => sum + time, 0);
  const sorted = [...times];
  return {
    learnedPerSecond: (1_000 * SESSIONS * CLICKS) / learned,
    megabytesPerMillion: (resident / MEGABYTE) * (1_000_000 / (SESSIONS * CLICKS)),
    predictedPerSecond: (1_000 * PREDICTIONS) / total,
    predictedPerCpuSecond: (1_000_000 * PREDICTIONS) / (user + system),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
  };
}

/** Milliseconds. */
function predictOnce(index: RecommendationIndex, product: () => string, random: () => number): number {
  const length = 1 + Math.floor(random() * 9);
  const items = Array.from({ length }, (_, at) => ({ item: index.items.intern(product()), weight: 1, at }));
  const started = performance.now();
  index.algorithms.blend.recommend({ items, limit: LIST, accepts: () => true });
  return performance.now() - started;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

/** Mulberry32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
