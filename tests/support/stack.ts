import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '@vici/local';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A whole Vici of its own: free ports, empty data, the demo catalogue. `stop` leaves nothing behind. */
export async function startStack(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vici-stack-'));
  const stack = await startLocalStack({
    root,
    dataDir,
    ports: 'free',
    ephemeral: true,
    seed: true,
    ...options,
    env: {
      LOG_LEVEL: 'error',
      BCRYPT_COST: '4',
      NODE_ENV: 'test',
      RATE_LIMIT_MULTIPLIER: '0',
      ...options.env,
    },
  });
  return {
    ...stack,
    stop: async () => {
      await stack.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
