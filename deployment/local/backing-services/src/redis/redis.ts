import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';

import type { BackingService, StartOptions } from '../backing-service.js';
import { runServer } from '../process/server-process.js';
import { socketFits } from '../process/socket-path.js';
import { findRedis } from './redis-program.js';

/** How to reach a Redis server. */
export interface RedisEndpoint {
  host: string;
  port: number;
  readonly url: string;
}

const HOST = '127.0.0.1';
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A real Redis server on loopback. Found in this order: the server that `VICI_REDIS_URL` names (nothing is started
 * then), `redis-server` on PATH, Debian's or Ubuntu's package unpacked into the user's cache folder, brew.
 * `appendOnly` (default: unless `ephemeral`, but if `synced`) logs every write and syncs the log to disk once a second.
 * @throws MissingToolError, StartFailedError
 */
export async function startRedis(
  options: StartOptions & { appendOnly?: boolean },
): Promise<BackingService<RedisEndpoint>> {
  const given = process.env.VICI_REDIS_URL;
  if (given !== undefined && given !== '') {
    return givenServer(given);
  }
  const folder = join(resolve(options.dataDir), 'database');
  return runServer(
    {
      name: 'Redis',
      endpoint: (port) => ownEndpoint(port, folder),
      ping: ({ url }) => pingFolder(url, folder),
      prepare: async () => {
        const { command, env, origin } = await findRedis();
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const args = settings(
          folder,
          options.appendOnly ?? (options.ephemeral !== true || options.synced === true),
          options.ephemeral === true,
        );
        return {
          origin,
          commandFor: async (port) => ({
            command,
            args: ['--port', String(port), ...args],
            ...(env === undefined ? {} : { env }),
          }),
        };
      },
      // A long append-only log is read in full before the server answers.
      readyWithinMs: 60_000,
      stopSignal: 'SIGTERM',
      stopWithinMs: 20_000,
    },
    options,
  );
}

function settings(folder: string, appendOnly: boolean, ephemeral: boolean): string[] {
  const durability = appendOnly
    ? ['--appendonly', 'yes', '--appendfsync', 'everysec']
    : ['--appendonly', 'no'];
  // With the log there is no need for snapshots; without it they are all that survives a restart.
  const snapshots = ['--save', appendOnly || ephemeral ? '' : '60 1'];
  return [
    '--bind',
    HOST,
    ...(socketFits(socketOf(folder)) ? ['--unixsocket', socketOf(folder)] : []),
    '--dir',
    folder,
    '--daemonize',
    'no',
    '--loglevel',
    'notice',
    ...durability,
    ...snapshots,
  ];
}

function socketOf(folder: string): string {
  return join(folder, 'redis.sock');
}

/** Its URL names the server's socket where there is one: it costs half of what loopback does. */
function ownEndpoint(port: number, folder: string): RedisEndpoint {
  const socket = socketOf(folder);
  return {
    host: HOST,
    port,
    get url() {
      const url = new URL(`redis://${HOST}:${port}`);
      if (socketFits(socket) && existsSync(socket)) url.searchParams.set('path', socket);
      return url.href;
    },
  };
}

async function ask<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  // The same fault rejects the call below; without a listener it would be printed as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await question(client);
  } finally {
    client.disconnect();
  }
}

/** @throws Error when nothing answers, data is still being loaded, or a server on another folder answers */
async function pingFolder(url: string, folder: string): Promise<void> {
  const answer: unknown = await ask(url, async (client) => {
    await client.ping();
    return client.config('GET', 'dir');
  });
  const actual: unknown = Array.isArray(answer) ? answer[1] : undefined;
  if (actual !== folder) {
    throw new Error(`another Redis server, on ${String(actual)}, answers at ${url}`);
  }
}

async function givenServer(url: string): Promise<BackingService<RedisEndpoint>> {
  const { hostname, port } = new URL(url);
  const ping = (): Promise<string> => ask(url, (client) => client.ping());
  await ping().catch((error: unknown) => {
    throw new Error(`The Redis server at ${hostname}:${port} (VICI_REDIS_URL) does not answer.`, {
      cause: error,
    });
  });
  return {
    name: 'Redis',
    endpoint: { host: hostname, port: Number(port || '6379'), url },
    pid: undefined,
    origin: 'environment',
    isAlive: () =>
      ping().then(
        () => true,
        () => false,
      ),
    stop: async () => undefined,
  };
}
