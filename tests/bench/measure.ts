import autocannon from 'autocannon';
import { send } from '../support/http-client.ts';

/** What one case of a benchmark came to. Times in milliseconds. */
export interface Measurement {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** The value below which a share of the sorted values lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The slices of one case as one measurement: the middle one of each figure. */
export function middleOf(slices: readonly Measurement[]): Measurement {
  const pick = (figure: (slice: Measurement) => number) => median(slices.map(figure));
  return {
    name: slices[0]?.name ?? '',
    perSecond: pick((slice) => slice.perSecond),
    p50: pick((slice) => slice.p50),
    p99: pick((slice) => slice.p99),
    failed: slices.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Loads one URL with GET requests from `connections` connections, after a short warm-up that does not count. */
export async function measureGet(
  name: string,
  url: string,
  seconds: number,
  options: { readonly connections?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Measurement> {
  const { connections = 20, headers = {} } = options;
  await autocannon({ url, connections, headers, duration: 1 });
  const result = await autocannon({ url, connections, headers, duration: seconds });
  return {
    name,
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}

/** Whether a URL answers with a 2xx. */
async function answers(url: string): Promise<boolean> {
  const { status } = await send(url);
  return status >= 200 && status < 300;
}

/** Until then a fresh process is busy compiling itself. */
const WARM_UP_SECONDS = 5;

/**
 * Asks for the paths in turn at a steady rate, however long the answers take: a slow answer holds back nothing but
 * itself, so that it counts with all who would have waited behind it. The first seconds warm up and do not count.
 */
export async function measureRate(
  name: string,
  address: string,
  paths: readonly string[],
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Measurement> {
  const times: number[] = [];
  let failed = 0;
  const ask = async (index: number): Promise<void> => {
    const begin = performance.now();
    const isOk = await answers(`${address}${paths[index % paths.length] ?? ''}`);
    if (index < perSecond * WARM_UP_SECONDS) return;
    times.push(performance.now() - begin);
    failed += isOk ? 0 : 1;
  };
  const started = performance.now();
  const asked: Promise<void>[] = [];
  for (let index = 0; index < perSecond * (seconds + WARM_UP_SECONDS); index += 1) {
    const due = started + (index * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    asked.push(ask(index));
  }
  await Promise.all(asked);
  times.sort((left, right) => left - right);
  return {
    name,
    perSecond: times.length / ((performance.now() - started) / 1000 - WARM_UP_SECONDS),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    failed,
  };
}

/**
 * Runs `work` again and again in `concurrency` lanes for so many seconds. A lane waits for its own work only, so the
 * rate is what the system gives, not what is asked of it.
 */
export async function measureWork(
  name: string,
  seconds: number,
  concurrency: number,
  work: (lane: number) => Promise<void>,
): Promise<Measurement> {
  const times: number[] = [];
  const failures = new Map<string, number>();
  const started = performance.now();
  const until = started + seconds * 1000;
  const lane = async (index: number): Promise<void> => {
    while (performance.now() < until) {
      const begin = performance.now();
      try {
        await work(index);
        times.push(performance.now() - begin);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.set(reason, (failures.get(reason) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => lane(index)));
  return summary(name, times, failures, (performance.now() - started) / 1000);
}

/** Does `work` once for each of the items, in `concurrency` lanes: the rate is that of all of them. */
export async function measureEach<T>(
  name: string,
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<Measurement> {
  const times: number[] = [];
  const failures = new Map<string, number>();
  const left = items.values();
  const started = performance.now();
  const lane = async (): Promise<void> => {
    for (const item of left) {
      const begin = performance.now();
      try {
        await work(item);
        times.push(performance.now() - begin);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.set(reason, (failures.get(reason) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return summary(name, times, failures, (performance.now() - started) / 1000);
}

function summary(
  name: string,
  times: number[],
  failures: ReadonlyMap<string, number>,
  seconds: number,
): Measurement {
  for (const [reason, count] of failures) console.log(`${name}: ${count} × ${reason}`);
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  times.sort((left, right) => left - right);
  return {
    name,
    perSecond: times.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    failed,
  };
}

/**
 * Begins `work` so many times a second, whether or not earlier work has ended: the times are what a caller sees at that
 * rate, and queueing counts.
 */
export async function measureAtRate(
  name: string,
  { perSecond, count }: { readonly perSecond: number; readonly count: number },
  work: (index: number) => Promise<void>,
): Promise<Measurement> {
  const times: number[] = [];
  const failures = new Map<string, number>();
  const started = performance.now();
  const one = async (index: number): Promise<void> => {
    const due = started + (index * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    try {
      await work(index);
      times.push(performance.now() - due);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.set(reason, (failures.get(reason) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  return summary(name, times, failures, (performance.now() - started) / 1000);
}

/** The measurements as a table, each beside the first one of its reference. */
export function printTable(measurements: readonly Measurement[]): void {
  const rows = measurements.map(({ name, perSecond, p50, p99, failed }) => ({
    case: name,
    'per second': Math.round(perSecond * 10) / 10,
    'p50 ms': Math.round(p50 * 10) / 10,
    'p99 ms': Math.round(p99 * 10) / 10,
    failed,
  }));
  console.table(rows);
}
