import { setTimeout as sleep } from 'node:timers/promises';

/** How long `eventually` tries and how often. */
export interface EventuallyOptions {
  /** Milliseconds until it gives up; 10,000 unless told otherwise. */
  readonly timeoutMs?: number;
  /** Milliseconds between two tries; 20 unless told otherwise. */
  readonly intervalMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_INTERVAL_MS = 20;

/**
 * Repeats `assertion` until it no longer throws and gives back its result: for effects that arrive by events.
 * @throws the last error of `assertion`, with the time spent added to its message, when the time is up
 */
export async function eventually<T>(
  assertion: () => Promise<T> | T,
  options: EventuallyOptions = {},
): Promise<T> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, intervalMs = DEFAULT_INTERVAL_MS } = options;
  const end = performance.now() + timeoutMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() + intervalMs > end) {
        if (error instanceof Error) error.message += ` (still so after ${timeoutMs} ms and ${tries} tries)`;
        throw error;
      }
    }
    await sleep(intervalMs);
  }
}
