import { resolve } from 'node:path';

import type { BackingService, StartOptions } from '../backing-service.js';
import { MissingToolError } from '../backing-service.js';
import { freePort } from '../process/free-port.js';
import { runServer } from '../process/server-process.js';
import {
  clusterIdOf,
  ensureFormatted,
  javaArguments,
  KAFKA_HOST,
  kafkaFolders,
  logSettings,
  writeConfiguration,
} from './kafka-configuration.js';
import { ensureLibraries, findKafkaTools } from './kafka-libraries.js';
import { requestMetadata } from './metadata-request.js';

/** How to reach a Kafka cluster: `host:port` of one broker or more. */
export interface KafkaEndpoint {
  brokers: string[];
}

/** How a broker is started. */
export interface KafkaStartOptions extends StartOptions {
  /** Where its libraries are kept. */
  readonly cacheDir: string;
  readonly onProgress?: (sentence: string) => void;
  /** The port clients are told to use, where something stands before the broker. Default: its own. */
  readonly advertisedPort?: number;
}

const ASK_TIMEOUT_MS = 3_000;

/**
 * Why Kafka cannot be had here, in one sentence, or undefined when it can.
 * `cacheDir` is where the libraries are, or will be: with them there Maven is not needed.
 */
export async function kafkaObstacle(options: { cacheDir: string }): Promise<string | undefined> {
  if (givenBrokers() !== undefined) {
    return undefined;
  }
  const tools = await findKafkaTools(options.cacheDir);
  return 'obstacle' in tools ? tools.obstacle : undefined;
}

/**
 * A real Apache Kafka broker in KRaft mode on loopback; topics are not made by themselves. Nothing is started when
 * `VICI_KAFKA_BROKERS` (comma-separated) names a cluster. The first start fetches the libraries into `cacheDir`.
 * @throws MissingToolError, StartFailedError
 */
export async function startKafka(options: KafkaStartOptions): Promise<BackingService<KafkaEndpoint>> {
  const given = givenBrokers();
  if (given !== undefined) {
    return givenCluster(given);
  }
  const folders = await kafkaFolders(resolve(options.dataDir));
  return runServer(
    {
      name: 'Kafka',
      endpoint: (port) => ({ brokers: [`${KAFKA_HOST}:${port}`] }),
      ping: async (endpoint) => pingBroker(endpoint, await clusterIdOf(folders), options.advertisedPort),
      prepare: async () => {
        const tools = await findKafkaTools(options.cacheDir);
        if ('obstacle' in tools) {
          throw new MissingToolError(tools.obstacle, tools.remedy);
        }
        const libraries = await ensureLibraries(
          options.cacheDir,
          tools.mvn,
          options.onProgress ?? (() => undefined),
        );
        return {
          origin: 'maven',
          commandFor: async (port) => {
            const ports = { port, advertised: options.advertisedPort ?? port };
            await writeConfiguration(folders, ports, await freePort(), options.ephemeral === true);
            await ensureFormatted(tools.java, libraries, folders);
            const args = [
              ...javaArguments(libraries, logSettings(folders)),
              'kafka.Kafka',
              folders.properties,
            ];
            return { command: tools.java, args };
          },
        };
      },
      readyWithinMs: 120_000,
      stopSignal: 'SIGTERM',
      stopWithinMs: 30_000,
    },
    options,
  );
}

/** @throws Error unless the broker answers, is in the cluster it says, and that is the one on this data */
export async function pingBroker(
  endpoint: KafkaEndpoint,
  clusterId: string | undefined,
  advertisedPort?: number,
): Promise<void> {
  const { host, port } = addressOf(endpoint);
  const metadata = await requestMetadata(host, port, ASK_TIMEOUT_MS);
  if (clusterId !== undefined && metadata.clusterId !== clusterId) {
    throw new Error(`another Kafka cluster, ${metadata.clusterId}, answers at ${host}:${port}`);
  }
  const ready = metadata.brokers.some(
    (broker) => clusterId === undefined || broker.port === (advertisedPort ?? port),
  );
  if (!ready || metadata.controllerId < 0) {
    throw new Error('the broker has not joined its cluster yet');
  }
}

function addressOf({ brokers: [first = ''] }: KafkaEndpoint): { host: string; port: number } {
  const separator = first.lastIndexOf(':');
  return { host: first.slice(0, separator), port: Number(first.slice(separator + 1)) };
}

function givenBrokers(): string[] | undefined {
  const brokers = (process.env.VICI_KAFKA_BROKERS ?? '').split(',').map((broker) => broker.trim());
  const named = brokers.filter((broker) => broker !== '');
  return named.length === 0 ? undefined : named;
}

async function givenCluster(brokers: string[]): Promise<BackingService<KafkaEndpoint>> {
  const endpoint = { brokers };
  await pingBroker(endpoint, undefined).catch((error: unknown) => {
    throw new Error(`The Kafka cluster at ${brokers.join(', ')} (VICI_KAFKA_BROKERS) does not answer.`, {
      cause: error,
    });
  });
  return {
    name: 'Kafka',
    endpoint,
    pid: undefined,
    origin: 'environment',
    isAlive: () =>
      pingBroker(endpoint, undefined).then(
        () => true,
        () => false,
      ),
    stop: async () => undefined,
  };
}
