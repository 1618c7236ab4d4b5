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
