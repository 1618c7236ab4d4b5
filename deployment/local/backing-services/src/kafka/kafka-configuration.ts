import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { capture } from '../process/program-search.js';

/** Files of one broker: its configuration is written new at each start, its data stays. */
export interface KafkaFolders {
  properties: string;
  logging: string;
  data: string;
}

export const KAFKA_HOST = '127.0.0.1';

/** Names the files and makes the folder they are in. */
export async function kafkaFolders(dataDir: string): Promise<KafkaFolders> {
  await mkdir(dataDir, { recursive: true });
  return {
    properties: join(dataDir, 'server.properties'),
    logging: join(dataDir, 'log4j2.properties'),
    data: join(dataDir, 'data'),
  };
}

/** Kafka's own log goes to the console. */
export const logSettings = ({ logging }: KafkaFolders): string[] => [`-Dlog4j2.configurationFile=${logging}`];

/** Java's arguments before the main class: a small heap, a quick start, and where the log goes. */
export function javaArguments(libraries: string, logging: readonly string[]): string[] {
  return [
    '-Xms64m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.awt.headless=true',
    ...logging,
    '-cp',
    join(libraries, '*'),
  ];
}

/** Where a broker listens, and under which port its clients are told to find it. */
export interface BrokerPorts {
  readonly port: number;
  /** Another one than `port` where something stands between them. */
  readonly advertised: number;
}

/** Writes the configuration of a broker that is its own controller (KRaft combined mode), alone, on loopback. */
export async function writeConfiguration(
  folders: KafkaFolders,
  { port, advertised }: BrokerPorts,
  controllerPort: number,
  ephemeral: boolean,
): Promise<void> {
  await writeProperties(folders.properties, {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `BROKER://${KAFKA_HOST}:${port},CONTROLLER://${KAFKA_HOST}:${controllerPort}`,
    'advertised.listeners': `BROKER://${KAFKA_HOST}:${advertised}`,
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'BROKER',
    'controller.listener.names': 'CONTROLLER',
    // Voters named here and not in the data, so that the controller may have another port at the next start.
    'controller.quorum.voters': `1@${KAFKA_HOST}:${controllerPort}`,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // After kill -9 the controller waits this long before it lets the broker in again.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'group.consumer.min.session.timeout.ms': 1_000,
    'group.consumer.session.timeout.ms': 10_000,
    'group.consumer.min.heartbeat.interval.ms': 500,
    'group.consumer.heartbeat.interval.ms': 1_000,
    ...loneBroker(folders, ephemeral),
  });
  await writeFile(folders.logging, LOGGING);
}

/** What a broker without others is told in either mode. */
export function loneBroker(
  folders: KafkaFolders,
  ephemeral: boolean,
): Record<string, string | number | boolean> {
  return {
    'log.dirs': folders.data,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 5,
    'group.initial.rebalance.delay.ms': 0,
    // A member that vanished without a word is missed after what it asked for; tests ask for little.
    'group.min.session.timeout.ms': 1_000,
    // Kafka's defaults take 128 MB of heap for this alone.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // Kafka leaves writing to disk to the system; a lone broker has no replica to lean on, so it does so itself.
    ...(ephemeral ? {} : { 'log.flush.interval.ms': 1_000, 'log.flush.scheduler.interval.ms': 1_000 }),
  };
}

/** A Java properties file. */
export async function writeProperties(
  path: string,
  settings: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  await writeFile(
    path,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}

const LOGGING = `status = warn
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601}{UTC} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`;

/** Prepares the data folder unless it is prepared already; one that was cut short is made again. */
export async function ensureFormatted(java: string, libraries: string, folders: KafkaFolders): Promise<void> {
  const prepared = await readFile(join(folders.data, 'meta.properties'), 'utf8').catch(() => undefined);
  if (prepared !== undefined) {
    return;
  }
  await rm(folders.data, { recursive: true, force: true });
  // Kafka's ids are 16 bytes in URL-safe base64; a leading dash would be read as an option.
  const clusterId = `V${randomBytes(16).toString('base64url').slice(1)}`;
  const format = [
    'kafka.tools.StorageTool',
    'format',
    '--cluster-id',
    clusterId,
    '--config',
    folders.properties,
  ];
  await capture(java, [...javaArguments(libraries, logSettings(folders)), ...format]);
}

/** The id the data folder was prepared with. */
export async function clusterIdOf(folders: KafkaFolders): Promise<string | undefined> {
  const text = await readFile(join(folders.data, 'meta.properties'), 'utf8').catch(() => '');
  return /^cluster\.id=(.+)$/m.exec(text)?.[1];
}
