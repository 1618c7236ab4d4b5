import { join } from 'node:path';
import {
  type BackingService,
  type KafkaEndpoint,
  type MailEndpoint,
  type PostgresEndpoint,
  type RedisEndpoint,
  type S3Endpoint,
  startKafka,
  startPostgres,
  startRedis,
  startS3,
  startThreadedMailInbox,
} from '@vici/backing-services';
import type { PortPlan } from './port-plan.js';
import type { LocalStackOptions } from './stack-options.js';

/** Bucket of the product pictures. */
export const MEDIA_BUCKET = 'vici-media';
/** Bucket of files that clients put and only Vici reads. */
export const STAGING_BUCKET = 'vici-staging';
/** Private: the index of recommendation-service, put away. */
export const SNAPSHOT_BUCKET = 'vici-snapshots';

/** The servers a stack stands on. */
export interface Backing {
  readonly postgres: BackingService<PostgresEndpoint>;
  readonly redis: BackingService<RedisEndpoint>;
  readonly s3: BackingService<S3Endpoint>;
  readonly mail: BackingService<MailEndpoint>;
  readonly kafka: BackingService<KafkaEndpoint> | undefined;
  /** Ends all of them, each whatever happens to the others. */
  stop(): Promise<void>;
}

/** A server with what `status` shows of it. */
export interface NamedServer {
  readonly server: BackingService<unknown>;
  readonly address: string;
}

/** Starts the servers side by side. When one fails the others are stopped again. */
export async function startBacking(options: LocalStackOptions, ports: PortPlan): Promise<Backing> {
  const started: BackingService<unknown>[] = [];
  const stop = async (): Promise<void> => {
    const ends = await Promise.allSettled(started.map((server) => server.stop()));
    const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (faults.length > 0) {
      throw new AggregateError(faults, 'A backing server did not stop.');
    }
  };
  const keep = async <S extends BackingService<unknown>>(starting: Promise<S>): Promise<S> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const common = (name: string) => ({
    dataDir: join(options.dataDir, name),
    ephemeral: options.ephemeral === true,
    synced: options.synced === true,
  });
  const starts = [
    keep(startPostgres(common('postgres'))),
    keep(startRedis(common('redis'))),
    keep(
      startS3({ ...common('s3'), port: ports.s3, buckets: [MEDIA_BUCKET, STAGING_BUCKET, SNAPSHOT_BUCKET] }),
    ),
    keep(startThreadedMailInbox({ ...common('mail'), ...mailOptions(ports) })),
    options.bus === 'kafka' ? keep(startKafka(kafkaOptions(options))) : Promise.resolve(undefined),
  ] as const;
  try {
    const [postgres, redis, s3, mail, kafka] = await Promise.all(starts);
    return { postgres, redis, s3, mail, kafka, stop };
  } catch (error) {
    await Promise.allSettled(starts);
    await stop();
    throw error;
  }
}

/** The servers by what they are for. */
export function serversOf({ postgres, redis, s3, mail, kafka }: Backing): NamedServer[] {
  const { host, port } = postgres.endpoint;
  return [
    { server: postgres, address: `${host}:${port}` },
    { server: redis, address: overTcp(redis.endpoint.url) },
    { server: s3, address: s3.endpoint.url },
    { server: mail, address: mail.endpoint.webUrl },
    ...(kafka === undefined ? [] : [{ server: kafka, address: kafka.endpoint.brokers.join(', ') }]),
  ];
}

/** Without the path of the server's socket, which other clients of Redis do not know in a URL. */
function overTcp(redisUrl: string): string {
  const url = new URL(redisUrl);
  url.searchParams.delete('path');
  return url.href;
}

function mailOptions({ smtp: port, inbox: webPort, services }: PortPlan) {
  return { port, webPort, previewsUrl: `http://127.0.0.1:${services.notification.http}/previews` };
}

function kafkaOptions({ root, dataDir, ephemeral, onProgress }: LocalStackOptions) {
  return {
    dataDir: join(dataDir, 'kafka'),
    // Shared by every data folder: it holds the program, not data.
    cacheDir: join(root, '.vici', 'cache', 'kafka'),
    ephemeral: ephemeral === true,
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}
