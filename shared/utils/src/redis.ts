import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { HealthRegistry } from './health.js';
import { Logger } from './logger.js';

export { Redis } from 'ioredis';

/** Injects the service's Redis connection: `constructor(@Inject(REDIS) private readonly redis: Redis)`. */
export const REDIS: symbol = Symbol('vici.redis');

/** The service's Redis connection as a class token; the same instance as {@link REDIS}. */
export abstract class RedisClient extends Redis {}

/** How a connection is named and used. */
export interface CreateRedisOptions {
  /** Shown by `CLIENT LIST` and in the log. */
  readonly name: string;
  readonly logger: Logger;
  /**
   * For a connection of blocking commands (XREADGROUP BLOCK, subscriptions), which wait as long as they ask:
   * no time limit; while the server is away they wait, and are sent when it is back.
   */
  readonly blocking?: boolean;
}

const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;
/**
 * Without ioredis' automatic pipelines, which cost more than the writes they save: what is asked while a write is under way
 * goes out together anyway.
 */
const ORDINARY_COMMANDS = {
  commandTimeout: COMMAND_TIMEOUT_MS,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
};
const BLOCKING_COMMANDS = { maxRetriesPerRequest: null };
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/**
 * A Redis connection that never makes a request wait for a lost server. A command fails within a second; while the
 * server is known to be down it fails at once. It reconnects for ever, with growing pauses of 50 ms to 2 s, and logs
 * only that the connection was lost or is back. A command in flight when the connection breaks is not sent again:
 * whether it took effect is unknown, and only its sender can tell if a second time does harm.
 */
export function createRedis(url: string, options?: CreateRedisOptions): Redis {
  const redis = new Redis(url, {
    ...(options === undefined ? {} : { connectionName: options.name }),
    ...(options?.blocking === true ? BLOCKING_COMMANDS : ORDINARY_COMMANDS),
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: retryDelay,
  });
  watch(redis, options);
  return redis;
}

/** Doubles from 50 ms to 2 s, and spreads over the upper half so that services do not come back in step. */
function retryDelay(attempt: number): number {
  const ceiling = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}

function watch(redis: Redis, options: CreateRedisOptions | undefined): void {
  const failsAtOnce = options?.blocking !== true;
  let down = false;
  // ioredis throws an 'error' nobody listens to; the state of the connection is what matters here.
  redis.on('error', (error: Error) => {
    if (!down && redis.status !== 'ready') {
      down = true;
      // A short break is ridden over in the queue; a server that refuses is down, and waiting would help nobody.
      redis.options.enableOfflineQueue = !failsAtOnce;
      options?.logger.error('Redis is not reachable', { connection: options.name, error });
    }
  });
  redis.on('ready', () => {
    redis.options.enableOfflineQueue = true;
    if (down) {
      down = false;
      options?.logger.info('Redis is reachable again', { connection: options.name });
    }
  });
}

/** One Redis connection for the service, with its health check `redis`, closed at shutdown. */
@Module({})
export class RedisModule implements OnApplicationShutdown {
  readonly #redis: Redis;

  constructor(@Inject(REDIS) redis: Redis) {
    this.#redis = redis;
  }

  /** `required: false` keeps the service ready while Redis is away: for one that goes on without it, worse but alive. */
  static forRoot(options: { readonly url: string; readonly required?: boolean }): DynamicModule {
    return {
      module: RedisModule,
      global: true,
      providers: [
        {
          provide: REDIS,
          inject: [Logger, HealthRegistry],
          useFactory: (logger: Logger, health: HealthRegistry) => {
            const redis = createRedis(options.url, { name: 'vici', logger });
            const check = async () => {
              await redis.ping();
            };
            health.register('redis', check, { required: options.required ?? true });
            return redis;
          },
        },
        { provide: RedisClient, useExisting: REDIS },
      ],
      exports: [REDIS, RedisClient],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#redis.status === 'ready') {
      // A server that does not answer the farewell is left without it.
      await this.#redis.quit().catch(() => this.#redis.disconnect());
    } else {
      this.#redis.disconnect();
    }
  }
}
