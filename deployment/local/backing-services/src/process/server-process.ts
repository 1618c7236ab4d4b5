import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { BackingService, ServiceOrigin, StartOptions } from '../backing-service.js';
import { StartFailedError } from '../backing-service.js';
import { scheduleAsBatch } from './batch-scheduling.js';
import { freePort } from './free-port.js';
import { guard } from './guard.js';
import { followLog, lastLines, openLog } from './log-file.js';
import { processIdentity } from './process-identity.js';
import type { ServerRecord } from './server-record.js';
import { readLiveRecord, writeRecord } from './server-record.js';
import { withStartLock } from './start-lock.js';

/** A command line, as `child_process.spawn` takes it. */
export interface ServerCommand {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

/** How one kind of server is found, prepared, asked whether it works, and ended. */
export interface ServerKind<E> {
  name: string;
  endpoint(port: number): E;
  /** Resolves when the server answers a real request; rejects otherwise. */
  ping(endpoint: E): Promise<void>;
  /** Finds the program and prepares the data; called only when no running server could be adopted. */
  prepare(): Promise<{ origin: ServiceOrigin; commandFor(port: number): Promise<ServerCommand> }>;
  readyWithinMs: number;
  /** asks for an orderly end */
  stopSignal: NodeJS.Signals;
  /** after this long without an end, SIGKILL */
  stopWithinMs: number;
  /** A log text that means: try again on a new port or a moment later, the fault is not in the server. */
  retryWhen?: RegExp;
}

const POLL_MS = 25;
const ATTEMPTS = 4;
const LOG_LINES_IN_ERROR = 15;
const ENDED = 'ended before it was ready';
const PORT_TAKEN = /address already in use|EADDRINUSE|could not bind|Address in use/i;

/**
 * Runs a server that has its own process: adopts the one that already runs on this data, else starts one and waits
 * until it is ready. `dataDir` then holds `server.json` (process id, port) and `server.log` beside the data.
 * @throws StartFailedError with the end of the server's log
 */
export async function runServer<E>(kind: ServerKind<E>, options: StartOptions): Promise<BackingService<E>> {
  await mkdir(options.dataDir, { recursive: true });
  return withStartLock(join(options.dataDir, 'start.lock'), async () => {
    const running = await readLiveRecord(recordPath(options));
    const adopted = running && (await adopt(kind, options, running));
    if (adopted !== undefined) {
      return adopted;
    }
    const { origin, commandFor } = await kind.prepare();
    for (let attempt = 1; ; attempt += 1) {
      const port = options.port ?? (await freePort());
      const outcome = await launch(kind, options, origin, port, await commandFor(port));
      if (!('failure' in outcome)) {
        return outcome;
      }
      const passing =
        kind.retryWhen?.test(outcome.log) || (options.port === undefined && PORT_TAKEN.test(outcome.log));
      if (!passing || attempt === ATTEMPTS) {
        throw new StartFailedError(`${kind.name} ${outcome.failure}. The end of its log:\n${outcome.log}`);
      }
      await delay(250 * attempt);
    }
  });
}

const recordPath = (options: StartOptions): string => join(options.dataDir, 'server.json');
const logPath = (options: StartOptions): string => join(options.dataDir, 'server.log');

/** The running server, or undefined when it ended while it was being asked (it had been killed a moment before). */
async function adopt<E>(
  kind: ServerKind<E>,
  options: StartOptions,
  record: ServerRecord,
): Promise<BackingService<E> | undefined> {
  if (options.port !== undefined && options.port !== record.port) {
    throw new StartFailedError(
      `${kind.name} already runs on this data (process ${record.pid}) at port ${record.port}, not ${options.port}.`,
    );
  }
  const endpoint = kind.endpoint(record.port);
  const failure = await waitReady(kind, endpoint, () => processIdentity(record.pid));
  if (failure === ENDED) {
    return undefined;
  }
  if (failure !== undefined) {
    const log = await lastLines(logPath(options), LOG_LINES_IN_ERROR);
    throw new StartFailedError(
      `${kind.name} runs as process ${record.pid} but ${failure}. The end of its log:\n${log}`,
    );
  }
  const unfollow = options.onLog && (await followLog(logPath(options), options.onLog));
  return service(kind, options, record, { unfollow, unguard: undefined });
}

async function launch<E>(
  kind: ServerKind<E>,
  options: StartOptions,
  origin: ServiceOrigin,
  port: number,
  command: ServerCommand,
): Promise<BackingService<E> | { failure: string; log: string }> {
  const log = await openLog(logPath(options));
  const unfollow = options.onLog && (await followLog(logPath(options), options.onLog));
  const { command: program, args, ...rest } = command;
  const child = spawn(program, [...args], {
    ...rest,
    cwd: '/',
    // Always its own process group, so that Ctrl-C in a terminal does not end a server before those who use it.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const spawned = await once(child, 'spawn').then(() => undefined, String);
  await log.close();
  const identity = child.pid === undefined ? undefined : await processIdentity(child.pid);
  if (child.pid === undefined || identity === undefined) {
    await unfollow?.();
    const log = await lastLines(logPath(options), LOG_LINES_IN_ERROR);
    return { failure: spawned === undefined ? ENDED : `could not be run (${spawned})`, log };
  }
  child.unref();
  await scheduleAsBatch(child.pid);
  const record = { pid: child.pid, identity, port, origin };
  const unguard = options.detached === true ? undefined : guard(child.pid, kind.stopSignal);
  await writeRecord(recordPath(options), record);
  const started = service(kind, options, record, { unfollow, unguard });
  const failure = await waitReady(kind, started.endpoint, () => processIdentity(record.pid));
  if (failure === undefined) {
    return started;
  }
  await started.stop();
  return { failure, log: await lastLines(logPath(options), LOG_LINES_IN_ERROR) };
}

async function waitReady<E>(
  kind: ServerKind<E>,
  endpoint: E,
  identity: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const deadline = Date.now() + kind.readyWithinMs;
  let lastFault: unknown;
  while (Date.now() < deadline) {
    try {
      await kind.ping(endpoint);
      return undefined;
    } catch (error) {
      lastFault = error;
    }
    if ((await identity()) === undefined) {
      return ENDED;
    }
    await delay(POLL_MS);
  }
  return `was not ready within ${kind.readyWithinMs / 1000} s (last answer: ${String(lastFault)})`;
}

function service<E>(
  kind: ServerKind<E>,
  options: StartOptions,
  record: ServerRecord,
  ties: { unfollow: (() => Promise<void>) | undefined; unguard: (() => void) | undefined },
): BackingService<E> {
  const endpoint = kind.endpoint(record.port);
  const runs = async (): Promise<boolean> => (await processIdentity(record.pid)) === record.identity;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (await runs()) {
      signal(record.pid, kind.stopSignal);
      const deadline = Date.now() + kind.stopWithinMs;
      while (await runs()) {
        if (Date.now() > deadline) {
          signal(record.pid, 'SIGKILL');
        }
        await delay(POLL_MS);
      }
    }
    ties.unguard?.();
    await ties.unfollow?.();
    await removeOwnRecord(options, record);
  };
  return {
    name: kind.name,
    endpoint,
    pid: record.pid,
    origin: record.origin,
    isAlive: async () =>
      (await runs()) &&
      kind.ping(endpoint).then(
        () => true,
        () => false,
      ),
    stop: () => (stopping ??= stop()),
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // ESRCH: it ended between the look and the signal, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
      throw error;
    }
  }
}

/** A server started on the same data after this one ended has written its own record; that one stays. */
async function removeOwnRecord(options: StartOptions, record: ServerRecord): Promise<void> {
  const current = await readLiveRecord(recordPath(options));
  if (current === undefined || current.pid === record.pid) {
    await rm(recordPath(options), { force: true });
  }
}
