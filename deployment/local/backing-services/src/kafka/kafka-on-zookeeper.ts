import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import type { BackingService, StartOptions } from '../backing-service.js';
import { MissingToolError } from '../backing-service.js';
import { runServer } from '../process/server-process.js';
import { type KafkaEndpoint, type KafkaStartOptions, pingBroker } from './kafka.js';
import {
  clusterIdOf,
  javaArguments,
  KAFKA_HOST,
  kafkaFolders,
  loneBroker,
  writeProperties,
} from './kafka-configuration.js';
import { ensureLibraries, findKafkaTools, ZOOKEEPER } from './kafka-libraries.js';

const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;
const ASK_TIMEOUT_MS = 3_000;

interface Programs {
  readonly java: string;
  readonly libraries: string;
}

/**
 * The classic pair: Kafka 3.9 whose cluster is kept in a ZooKeeper, both alone and on loopback. `stop` ends both.
 * @throws MissingToolError, StartFailedError
 */
export async function startKafkaOnZooKeeper(
  options: KafkaStartOptions,
): Promise<BackingService<KafkaEndpoint>> {
  const programs = await findPrograms(options);
  const { dataDir, port: _port, ...common } = options;
  const zooKeeper = await startZooKeeper({ ...common, dataDir: join(dataDir, 'zookeeper') }, programs);
  try {
    const kafka = await startBroker(options, programs, zooKeeper.endpoint);
    return {
      ...kafka,
      stop: async () => {
        await kafka.stop();
        await zooKeeper.stop();
      },
    };
  } catch (error) {
    await zooKeeper.stop();
    throw error;
  }
}

async function findPrograms({ cacheDir, onProgress }: KafkaStartOptions): Promise<Programs> {
  const tools = await findKafkaTools(cacheDir, ZOOKEEPER);
  if ('obstacle' in tools) {
    throw new MissingToolError(tools.obstacle, tools.remedy);
  }
  const say = onProgress ?? (() => undefined);
  return { java: tools.java, libraries: await ensureLibraries(cacheDir, tools.mvn, say, ZOOKEEPER) };
}

async function startZooKeeper(options: StartOptions, programs: Programs): Promise<BackingService<string>> {
  const folder = resolve(options.dataDir);
  const properties = join(folder, 'zookeeper.properties');
  return await runServer(
    {
      name: 'ZooKeeper',
      endpoint: (port) => `${KAFKA_HOST}:${port}`,
      ping: pingZooKeeper,
      prepare: async () => ({
        origin: 'maven',
        commandFor: async (port) => {
          await mkdir(folder, { recursive: true });
          await writeProperties(properties, {
            dataDir: join(folder, 'data'),
            clientPort: port,
            clientPortAddress: KAFKA_HOST,
            tickTime: 500,
            'admin.enableServer': false,
            '4lw.commands.whitelist': 'ruok',
          });
          const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
          return { command: programs.java, args: [...classPath(programs), main, properties] };
        },
      }),
      readyWithinMs: READY_WITHIN_MS,
      stopSignal: 'SIGTERM',
      stopWithinMs: STOP_WITHIN_MS,
    },
    options,
  );
}

/** ZooKeeper's own question "are you ok"; the right answer is "I am ok". */
async function pingZooKeeper(address: string): Promise<void> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect(Number(port), hostname).setTimeout(ASK_TIMEOUT_MS);
  socket.once('timeout', () => socket.destroy(new Error('ZooKeeper does not answer')));
  socket.write('ruok');
  const answer = await text(socket);
  if (answer !== 'imok') {
    throw new Error(`ZooKeeper answers "${answer}"`);
  }
}

async function startBroker(
  options: KafkaStartOptions,
  programs: Programs,
  zooKeeper: string,
): Promise<BackingService<KafkaEndpoint>> {
  const folders = await kafkaFolders(resolve(options.dataDir));
  return await runServer(
    {
      name: 'Kafka',
      endpoint: (port) => ({ brokers: [`${KAFKA_HOST}:${port}`] }),
      ping: async (endpoint) => pingBroker(endpoint, await clusterIdOf(folders), options.advertisedPort),
      prepare: async () => ({
        origin: 'maven',
        commandFor: async (port) => {
          await writeProperties(folders.properties, {
            'broker.id': 1,
            'zookeeper.connect': zooKeeper,
            'zookeeper.session.timeout.ms': 3_000,
            listeners: `PLAINTEXT://${KAFKA_HOST}:${port}`,
            'advertised.listeners': `PLAINTEXT://${KAFKA_HOST}:${options.advertisedPort ?? port}`,
            ...loneBroker(folders, options.ephemeral === true),
          });
          return {
            command: programs.java,
            args: [...classPath(programs), 'kafka.Kafka', folders.properties],
          };
        },
      }),
      readyWithinMs: READY_WITHIN_MS,
      stopSignal: 'SIGTERM',
      stopWithinMs: STOP_WITHIN_MS,
    },
    options,
  );
}

function classPath({ libraries }: Programs): string[] {
  return javaArguments(libraries, ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']);
}
