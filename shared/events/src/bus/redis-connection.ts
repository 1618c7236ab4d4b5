import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { BusLogger } from './event-bus.js';

/** How long a command may take before it rejects, in milliseconds. */
export const COMMAND_TIMEOUT_MS = 1_500;

/**
 * A connection of the bus. It reconnects for ever; a command given to it while Redis is away, or
 * cut off while it runs, rejects within `COMMAND_TIMEOUT_MS` plus `blockMs` and is never sent a
 * second time behind the caller's back: a repeated XADD would double a message.
 */
export function connectToRedis(url: string, name: string, logger: BusLogger, blockMs = 0): Redis {
  const redis = new Redis(url, {
    connectionName: name.replace(/\s+/g, '-'),
    lazyConnect: true,
    connectTimeout: 1_000,
    commandTimeout: COMMAND_TIMEOUT_MS + blockMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(250, attempt * 50),
  });
  let reported = false;
  redis.on('error', (error: Error) => {
    if (!reported) {
      reported = true;
      logger.warn('Redis connection of the event bus failed; trying again', { error });
    }
  });
  redis.on('ready', () => {
    reported = false;
  });
  return redis;
}

/** A Lua script; Redis runs it atomically and knows it by its SHA-1. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

/** Prepares a script for `runScript`. */
export function redisScript(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its hash, and sends its text only to a server that does not know it yet. */
export async function runScript(
  redis: Redis,
  script: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(script.source, keys.length, ...keys, ...args);
  }
}
