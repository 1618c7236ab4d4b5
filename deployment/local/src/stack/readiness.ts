import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const ASK_TIMEOUT_MS = 3000;

/** How long a service may take to become ready; a recommendation index over a year of orders takes a while. */
export const READY_WITHIN_MS = 120_000;

/** What `/ready` says: `ready`, `not ready` with the reason, or `down` when nothing answers. */
export type ReadinessAnswer = { readonly state: 'ready' | 'not ready' | 'down'; readonly reason: string };

/** Asks a service once. */
export async function askReadiness(httpUrl: string): Promise<ReadinessAnswer> {
  try {
    const response = await fetch(`${httpUrl}/ready`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    const body = await response.text();
    return response.ok ? { state: 'ready', reason: '' } : { state: 'not ready', reason: body };
  } catch (error) {
    return { state: 'down', reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Resolves when the service says it is ready.
 * @param ended tells why there is nothing left to wait for, once that is so
 * @throws Error with the last answer
 */
export async function waitReady(
  name: string,
  httpUrl: string,
  ended: () => string | undefined = () => undefined,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await askReadiness(httpUrl);
    if (answer.state === 'ready') {
      return;
    }
    const end = ended();
    if (end !== undefined) {
      throw new Error(`${name} did not become ready: it ${end}.`);
    }
    if (Date.now() > deadline) {
      throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s: ${answer.reason}`);
    }
    await sleep(POLL_MS);
  }
}
