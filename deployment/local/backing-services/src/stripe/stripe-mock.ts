import type { BackingService, StartOptions } from '../backing-service.js';
import { runServer } from '../process/server-process.js';
import { ensureStripeMock, findStripeMockObstacle } from './stripe-mock-program.js';

/** How to reach Stripe's mock of its own API. */
export interface StripeMockEndpoint {
  readonly host: string;
  readonly port: number;
}

const HOST = '127.0.0.1';
const ASK_TIMEOUT_MS = 3_000;

/** Why Stripe's API mock cannot be had here, in one sentence, or undefined when it can. */
export async function stripeMockObstacle(options: { cacheDir: string }): Promise<string | undefined> {
  return await findStripeMockObstacle(options.cacheDir);
}

/**
 * Stripe's own API mock on loopback: it checks every request against Stripe's description of its API and answers with
 * fixtures, keeping no state. The first start builds it into `cacheDir`.
 * @throws MissingToolError, StartFailedError
 */
export async function startStripeMock(
  options: StartOptions & { cacheDir: string },
): Promise<BackingService<StripeMockEndpoint>> {
  return await runServer(
    {
      name: 'stripe-mock',
      endpoint: (port) => ({ host: HOST, port }),
      ping,
      prepare: async () => {
        const command = await ensureStripeMock(options.cacheDir);
        return {
          origin: 'go',
          commandFor: async (port) => ({ command, args: ['-http-addr', `${HOST}:${port}`] }),
        };
      },
      readyWithinMs: 60_000,
      stopSignal: 'SIGTERM',
      stopWithinMs: 10_000,
    },
    options,
  );
}

async function ping({ host, port }: StripeMockEndpoint): Promise<void> {
  const response = await fetch(`http://${host}:${port}/v1/balance`, {
    headers: { authorization: 'Bearer sk_test_ping' },
    signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`stripe-mock answers ${response.status}`);
}
