import { type Backoff, backoffMs, pause } from '../retry/backoff.js';
import { failureKind } from './failure-kind.js';
import type { StopToken } from './stop-token.js';

/** How often a message is tried before it becomes a dead letter. */
export interface RetryPolicy {
  /** Tries for an ordinary failure. */
  readonly tries: number;
  /** Tries for a refusal that the same input is bound to meet again. */
  readonly finalTries: number;
  readonly backoff: Backoff;
}

/** Five tries within about ten seconds. */
export const DEFAULT_RETRY: RetryPolicy = {
  tries: 5,
  finalTries: 2,
  backoff: { baseMs: 250, factor: 3, maxMs: 5_000 },
};

/** The last of several failed tries. */
export interface GivenUp {
  readonly error: unknown;
  readonly attempts: number;
}

/**
 * Runs `work` until it succeeds (`undefined`) or the policy is used up.
 * @throws what `work` threw, when a dependency is still down after the last try or the consumer stops:
 * the message is healthy and has to come again.
 */
export async function withRetries(
  work: () => Promise<void>,
  policy: RetryPolicy,
  stop: StopToken,
): Promise<GivenUp | undefined> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      await work();
      return undefined;
    } catch (error) {
      const kind = failureKind(error);
      if (attempts >= (kind === 'final' ? policy.finalTries : policy.tries)) {
        if (kind === 'unavailable') throw error;
        return { error, attempts };
      }
      await pause(backoffMs(policy.backoff, attempts), stop.signal);
      if (stop.signal.aborted) throw error;
    }
  }
}
