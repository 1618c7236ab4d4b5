const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** How long the delay becomes, and what spreads it. */
export interface BackoffOptions {
  /** In milliseconds; 5,000 unless told otherwise. */
  readonly longestMs?: number;
  readonly random?: () => number;
}

/**
 * Delay in milliseconds before the next try after `failures` failures in a row (from 1): doubles
 * from 0.1 s to `longestMs`, then spread over its upper half so that replicas do not retry in step.
 */
export function backoffDelay(failures: number, options: BackoffOptions = {}): number {
  const { longestMs = LONGEST_DELAY_MS, random = Math.random } = options;
  const exponential = Math.min(longestMs, FIRST_DELAY_MS * 2 ** failures);
  return Math.round(exponential / 2 + (exponential / 2) * random());
}

/** Waits `ms` milliseconds, or less when the signal aborts; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
