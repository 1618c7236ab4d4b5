import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '@vici/local';
import { busEnvironment, runBus, runBusConfig } from '@vici/testing';
import { newId } from '@vici/utils';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A whole Vici of its own: free ports, empty data, the demo catalogue. `stop` leaves nothing behind. */
export async function startStack(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vici-stack-'));
  const bus = options.bus ?? runBus();
  const stack = await startLocalStack({
    root,
    dataDir,
    ports: 'free',
    ephemeral: true,
    seed: true,
    bus,
    ...options,
    env: {
      LOG_LEVEL: 'error',
      BCRYPT_COST: '4',
      NODE_ENV: 'test',
      RATE_LIMIT_MULTIPLIER: '0',
      ...(bus === 'kafka' && (await prefixOnGivenKafka())),
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

/** Where a Kafka is given Vici starts none of its own: the run's is shared, under a prefix for each stack. */
async function prefixOnGivenKafka(): Promise<Record<string, string>> {
  const isGiven = process.env['VICI_KAFKA_BROKERS'] !== undefined;
  // A benchmark is no test run whose Kafka could be shared: its stack starts one of its own.
  if (!isGiven && process.env['VITEST'] === undefined) return {};
  if (!isGiven) {
    const { KAFKA_BROKERS } = busEnvironment(await runBusConfig('kafka'));
    process.env['VICI_KAFKA_BROKERS'] = KAFKA_BROKERS;
  }
  return { KAFKA_PREFIX: `${newId()}.` };
}
