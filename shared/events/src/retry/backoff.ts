import { setTimeout as delay } from 'node:timers/promises';

/** Growth of the pause between tries. */
export interface Backoff {
  readonly baseMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** Pause after the `failures`-th failure in a row (from 1): exponential, capped, and spread by ±25 %. */
export function backoffMs(backoff: Backoff, failures: number): number {
  const full = Math.min(backoff.maxMs, backoff.baseMs * backoff.factor ** (failures - 1));
  return full * (0.75 + Math.random() / 2);
}

/** Waits `ms`, or less when `signal` aborts. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
