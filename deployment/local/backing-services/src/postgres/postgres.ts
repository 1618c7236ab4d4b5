import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';

import type { BackingService, StartOptions } from '../backing-service.js';
import type { ServerCommand } from '../process/server-process.js';
import { runServer } from '../process/server-process.js';
import { socketFits } from '../process/socket-path.js';
import { placeCluster, placePrograms } from './open-ground.js';
import {
  DEVELOPMENT_PASSWORD,
  DEVELOPMENT_USER,
  ensureCluster,
  removeStalePidFile,
} from './postgres-cluster.js';
import type { PostgresPrograms } from './postgres-programs.js';
import { findPostgres } from './postgres-programs.js';
import type { PosixUser } from './unprivileged-user.js';
import { unprivilegedUser } from './unprivileged-user.js';

/** How to reach a PostgreSQL server. */
export interface PostgresEndpoint {
  host: string;
  port: number;
  user: string;
  password: string;
  /** url of a database on this server */
  url(database: string): string;
}

const HOST = '127.0.0.1';
const CONNECT_TIMEOUT_MS = 5_000;

/** Eleven services with their pools and the tests beside them; PostgreSQL's own default is 100. */
const SERVER_SETTINGS = ['max_connections=300', 'log_min_messages=warning'];
/**
 * Commits write their log themselves, which without fsync is one cheap call: left to the WAL writer, each would wake that
 * process instead, which costs more.
 */
const UNSYNCED_SETTINGS = ['fsync=off', 'full_page_writes=off'];

/**
 * A real PostgreSQL server with superuser `vici`, password `vici`, on loopback. Found in this order: the server
 * that `VICI_POSTGRES_URL` names (nothing is started then), the npm package, PATH. As root it runs as user
 * `postgres`, else `nobody`; where that user cannot reach `dataDir` (a private home) the cluster is kept in
 * /var/lib/vici, with a link in `dataDir`.
 * @throws MissingToolError, StartFailedError
 */
export async function startPostgres(options: StartOptions): Promise<BackingService<PostgresEndpoint>> {
  const given = process.env.VICI_POSTGRES_URL;
  if (given !== undefined && given !== '') {
    return givenServer(endpointOf(new URL(given)));
  }
  const dataDir = resolve(options.dataDir);
  return runServer(
    {
      name: 'PostgreSQL',
      endpoint: (port) => ownEndpoint(port, join(dataDir, 'cluster')),
      ping: (endpoint) => pingCluster(endpoint, join(dataDir, 'cluster')),
      prepare: async () => {
        const user = await unprivilegedUser();
        const programs = await placePrograms(await findPostgres(), user);
        const cluster = await placeCluster(dataDir, user, options.ephemeral === true);
        await ensureCluster(cluster, programs, user);
        await removeStalePidFile(cluster);
        return {
          origin: programs.origin,
          commandFor: async (port) =>
            serverCommand(
              programs,
              cluster,
              port,
              user,
              options.ephemeral !== true || options.synced === true,
            ),
        };
      },
      readyWithinMs: 60_000,
      // "Fast" shutdown: open transactions are rolled back, a checkpoint is written.
      stopSignal: 'SIGINT',
      stopWithinMs: 20_000,
      // Backends of a server that was killed need a moment to notice; until then its shared memory is in use.
      retryWhen: /shared memory block .* is still in use|lock file "postmaster.pid" already exists/,
    },
    options,
  );
}

function serverCommand(
  programs: PostgresPrograms,
  cluster: string,
  port: number,
  user: PosixUser | undefined,
  synced: boolean,
): ServerCommand {
  const settings = [
    `listen_addresses=${HOST}`,
    `port=${port}`,
    `unix_socket_directories=${socketFits(socketOf(cluster, port)) ? cluster : ''}`,
    ...SERVER_SETTINGS,
    ...(synced ? [] : UNSYNCED_SETTINGS),
  ];
  return {
    command: programs.postgres,
    args: ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  };
}

function socketOf(cluster: string, port: number): string {
  return join(cluster, `.s.PGSQL.${port}`);
}

function ownEndpoint(port: number, cluster: string): PostgresEndpoint {
  const url = new URL(`postgresql://${DEVELOPMENT_USER}:${DEVELOPMENT_PASSWORD}@${HOST}:${port}/`);
  return endpointOf(url, cluster);
}

/** @param cluster folder of the server's socket, which is taken where there is one: it costs half of what loopback does */
function endpointOf(server: URL, cluster?: string): PostgresEndpoint {
  const port = Number(server.port || '5432');
  return {
    host: server.hostname,
    port,
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
    url(database) {
      const url = new URL(server);
      url.pathname = `/${encodeURIComponent(database)}`;
      const socket = cluster === undefined ? undefined : socketOf(cluster, port);
      if (cluster !== undefined && socket !== undefined && socketFits(socket) && existsSync(socket)) {
        url.searchParams.set('host', cluster);
      }
      return url.href;
    },
  };
}

/** @throws the driver's error, or Error when another server than the one on `cluster` answers */
async function pingCluster(endpoint: PostgresEndpoint, cluster: string): Promise<void> {
  const folder = await query(endpoint, 'SHOW data_directory');
  if ((await realpath(folder)) !== (await realpath(cluster))) {
    throw new Error(`another PostgreSQL server, on ${folder}, answers at port ${endpoint.port}`);
  }
}

async function query(endpoint: PostgresEndpoint, sql: string): Promise<string> {
  const client = new pg.Client({
    connectionString: endpoint.url('postgres'),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  // A connection the server drops while it is closed here has nothing more to tell.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return String(rows[0]?.[0]);
  } finally {
    await client.end();
  }
}

async function givenServer(endpoint: PostgresEndpoint): Promise<BackingService<PostgresEndpoint>> {
  await query(endpoint, 'SELECT 1').catch((error: unknown) => {
    throw new Error(
      `The PostgreSQL server at ${endpoint.host}:${endpoint.port} (VICI_POSTGRES_URL) does not answer.`,
      {
        cause: error,
      },
    );
  });
  return {
    name: 'PostgreSQL',
    endpoint,
    pid: undefined,
    origin: 'environment',
    isAlive: () =>
      query(endpoint, 'SELECT 1').then(
        () => true,
        () => false,
      ),
    stop: async () => undefined,
  };
}
