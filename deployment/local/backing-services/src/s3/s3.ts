import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { CreateBucketCommand, HeadBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';

import type { BackingService, StartOptions } from '../backing-service.js';
import { keepWholeObjects } from './whole-objects.js';

/** How to reach an S3 server; the client must use path-style addresses. */
export interface S3Endpoint {
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

const HOST = '127.0.0.1';
const CALL_TIMEOUT_MS = 5_000;

/** A page of any origin may read pictures and put files to the addresses that were signed for it, as on a laptop. */
const CORS = `<CORSConfiguration><CORSRule>
  <AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod>
  <AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader><MaxAgeSeconds>3000</MaxAgeSeconds>
</CORSRule></CORSConfiguration>`;

/** The one account the embedded server knows; it is part of that package, not a secret. */
const EMBEDDED_ACCOUNT = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', region: 'us-east-1' };

/**
 * An S3 server with the given buckets: the one that `VICI_S3_URL` names (with `VICI_S3_ACCESS_KEY_ID`,
 * `VICI_S3_SECRET_ACCESS_KEY`, `VICI_S3_REGION`; missing buckets are made there), else one inside this process on
 * loopback that keeps objects as files in `dataDir`. As it has no process of its own `detached` changes nothing.
 * @throws Error when the port is taken or the named server does not answer
 */
export async function startS3(
  options: StartOptions & { buckets: string[] },
): Promise<BackingService<S3Endpoint>> {
  const given = process.env.VICI_S3_URL;
  if (given !== undefined && given !== '') {
    return givenServer(given, options.buckets);
  }
  const directory = join(resolve(options.dataDir), 'buckets');
  await mkdir(directory, { recursive: true });
  const app = new S3rver({
    directory,
    silent: true,
    vhostBuckets: false,
    configureBuckets: options.buckets.map((name) => ({ name, configs: [CORS] })),
  });
  keepWholeObjects(app.store);
  // Besides real faults these are every 404 an S3 client asks for; they are answered, so they are log lines here.
  app.on('error', (error) => options.onLog?.(`${error.name}: ${error.message}`));
  await app.configureBuckets();
  // Not the package's own listen: it never reports a port that is taken.
  const server = createServer(app.callback());
  server.listen(options.port ?? 0, HOST);
  await once(server, 'listening');
  const endpoint = { url: `http://${HOST}:${portOf(server)}`, ...EMBEDDED_ACCOUNT };
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    // Clients keep their connections open; waiting for them to leave would take as long as they like.
    server.closeAllConnections();
    await closed;
    if (options.ephemeral === true) {
      await rm(directory, { recursive: true, force: true });
    }
  };
  return {
    name: 'S3',
    endpoint,
    pid: undefined,
    origin: 'package',
    isAlive: () => answers(endpoint),
    stop: () => (stopping ??= stop()),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The S3 server has no TCP port.');
  }
  return address.port;
}

function clientOf({ url, region, accessKeyId, secretAccessKey }: S3Endpoint): S3Client {
  return new S3Client({
    endpoint: url,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: { requestTimeout: CALL_TIMEOUT_MS, connectionTimeout: CALL_TIMEOUT_MS },
  });
}

async function answers(endpoint: S3Endpoint): Promise<boolean> {
  const client = clientOf(endpoint);
  try {
    await client.send(new ListBucketsCommand({}));
    return true;
  } catch {
    // "Does it answer?" is the whole question.
    return false;
  } finally {
    client.destroy();
  }
}

async function givenServer(url: string, buckets: readonly string[]): Promise<BackingService<S3Endpoint>> {
  const endpoint: S3Endpoint = {
    url,
    accessKeyId: process.env.VICI_S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: process.env.VICI_S3_SECRET_ACCESS_KEY ?? '',
    region: process.env.VICI_S3_REGION ?? 'us-east-1',
  };
  const client = clientOf(endpoint);
  try {
    for (const Bucket of buckets) {
      await client.send(new HeadBucketCommand({ Bucket })).catch(async (error: unknown) => {
        if (!(error instanceof Error && error.name === 'NotFound')) {
          throw error;
        }
        await client.send(new CreateBucketCommand({ Bucket }));
      });
    }
  } catch (error) {
    throw new Error(
      `The S3 server at ${url} (VICI_S3_URL) does not serve the buckets ${buckets.join(', ')}.`,
      {
        cause: error,
      },
    );
  } finally {
    client.destroy();
  }
  return {
    name: 'S3',
    endpoint,
    pid: undefined,
    origin: 'environment',
    isAlive: () => answers(endpoint),
    stop: async () => undefined,
  };
}
