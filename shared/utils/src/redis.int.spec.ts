import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Global, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { HealthRegistry } from './health.js';
import { Logger } from './logger.js';
import { createRedis, REDIS, Redis, RedisClient, RedisModule } from './redis.js';

let port = 0;
const servers: ChildProcess[] = [];
const clients: Redis[] = [];

async function listen(server: Server, on = 0): Promise<number> {
  server.listen(on, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A port for a server that comes and goes: below those that connections are given, which would keep it from coming back. */
async function lastingPort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const free = await listen(server, randomInt(20_000, 32_000)).catch(() => undefined);
    if (free === undefined) continue;
    server.close();
    await once(server, 'close');
    return free;
  }
}

async function startServer(): Promise<ChildProcess> {
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1']);
  servers.push(server);
  for await (const chunk of server.stdout) {
    if (String(chunk).includes('Ready to accept connections')) {
      break;
    }
  }
  return server;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
}

function openLog() {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += String(chunk);
  });
  const logger = new Logger({ service: 'order', stream });
  const messages = async (): Promise<string[]> => {
    await logger.flush();
    await sleep(1);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).message);
  };
  return { logger, messages };
}

function connect(logger: Logger, options: { url?: string; blocking?: boolean } = {}): Redis {
  const { url = `redis://127.0.0.1:${port}`, blocking = false } = options;
  const redis = createRedis(url, { name: 'spec', logger, blocking });
  clients.push(redis);
  return redis;
}

/** Waits until the client is connected; the attempts that fail until then are its own affair. */
async function becomesReady(redis: Redis): Promise<void> {
  await vi.waitFor(() => expect(redis.status).toBe('ready'), 20_000);
}

/** How long a command takes to be refused, in milliseconds. */
async function timeToFail(command: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await expect(command()).rejects.toThrow();
  return performance.now() - started;
}

/** The shortest of some times that a command takes to be refused: one may meet a moment in which the machine is busy. */
async function leastTimeToFail(command: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let tries = 0; tries < 5; tries += 1) times.push(await timeToFail(command));
  return Math.min(...times);
}

beforeAll(async () => {
  port = await lastingPort();
});

afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.disconnect();
  }
  await Promise.all(servers.splice(0).map(stopServer));
});

describe('createRedis', () => {
  it('sends commands given before it is connected, and names its connection', async () => {
    await startServer();
    const { logger, messages } = openLog();
    const redis = connect(logger);
    expect(await redis.set('k', 'v')).toBe('OK');
    expect(await redis.get('k')).toBe('v');
    expect(await redis.client('GETNAME')).toBe('spec');
    expect(await messages()).toEqual([]);
  });

  it('fails within a second when there is no server, and then at once', async () => {
    const { logger } = openLog();
    const redis = connect(logger);
    expect(await timeToFail(() => redis.get('k'))).toBeLessThan(10_000);
    expect(await leastTimeToFail(() => redis.get('k'))).toBeLessThan(500);
    expect(await leastTimeToFail(() => redis.pipeline().get('k').exec().then(throwFirst))).toBeLessThan(500);
  });

  it('fails within a second when the server accepts and never answers', async () => {
    const silent = createServer();
    const silentPort = await listen(silent);
    const redis = connect(openLog().logger, { url: `redis://127.0.0.1:${silentPort}` });
    expect(await timeToFail(() => redis.get('k'))).toBeLessThan(10_000);
    redis.disconnect();
    silent.close();
  });

  it('comes back by itself, having logged one line when it went and one when it returned', async () => {
    const first = await startServer();
    const { logger, messages } = openLog();
    const redis = connect(logger);
    await redis.set('k', 'v');
    await stopServer(first);
    await vi.waitFor(async () => expect(await messages()).toEqual(['Redis is not reachable']), 20_000);
    await sleep(300);
    expect(await leastTimeToFail(() => redis.get('k'))).toBeLessThan(500);
    expect(await messages()).toEqual(['Redis is not reachable']);
    await startServer();
    await becomesReady(redis);
    expect(await redis.set('k', 'again')).toBe('OK');
    expect(await messages()).toEqual(['Redis is not reachable', 'Redis is reachable again']);
  });

  it('does not send a command twice when the connection breaks under it', async () => {
    await startServer();
    const redis = connect(openLog().logger);
    const killer = connect(openLog().logger);
    await redis.set('counter', 0);
    const id = await redis.client('ID');
    await killer.client('PAUSE', 60_000, 'WRITE');
    const increment = redis.incr('counter');
    const failed = expect(increment).rejects.toThrow();
    await sleep(50);
    await killer.client('KILL', 'ID', String(id));
    await failed;
    await killer.client('UNPAUSE');
    expect(await killer.get('counter')).toBe('0');
    expect(await redis.ping()).toBe('PONG');
  });

  it('lets a blocking command wait longer than the limit of ordinary ones', async () => {
    await startServer();
    const redis = connect(openLog().logger, { blocking: true });
    const started = performance.now();
    expect(await redis.blpop('nothing', 1.3)).toBeNull();
    expect(performance.now() - started).toBeGreaterThan(1_250);
  });
});

function throwFirst(results: [Error | null, unknown][] | null): void {
  const [error] = results?.[0] ?? [];
  if (error) {
    throw error;
  }
}

describe('RedisModule', () => {
  @Injectable()
  class Basket {
    readonly redis: RedisClient;

    constructor(redis: RedisClient) {
      this.redis = redis;
    }
  }

  const health = new HealthRegistry();

  @Global()
  @Module({
    providers: [
      { provide: Logger, useFactory: () => openLog().logger },
      { provide: HealthRegistry, useValue: health },
    ],
    exports: [Logger, HealthRegistry],
  })
  class Runtime {}

  it('gives one connection by either token, reports its health, and closes it at shutdown', async () => {
    const server = await startServer();
    const app = await Test.createTestingModule({
      imports: [Runtime, RedisModule.forRoot({ url: `redis://127.0.0.1:${port}` })],
      providers: [Basket],
    }).compile();
    await app.init();
    const redis = app.get<Redis>(REDIS);
    expect(app.get(Basket).redis).toBe(redis);
    expect(await redis.set('k', 'v')).toBe('OK');
    expect((await health.readiness()).checks).toEqual({ redis: { status: 'up' } });
    await stopServer(server);
    await sleep(200);
    expect((await health.readiness()).ready).toBe(false);
    await startServer();
    await becomesReady(redis);
    expect((await health.readiness()).ready).toBe(true);
    const ended = once(redis, 'end');
    await app.close();
    await ended;
    expect(redis.status).toBe('end');
  });
});
