import { Inject, Injectable } from '@nestjs/common';
import { Logger, Metrics, REDIS, type Redis } from '@vici/utils';
import type { Result } from 'ioredis';
import type { Counter } from 'prom-client';
import { RATE_WINDOW_MS } from './rate-limits.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** Counts one request; gives the count in the running window and the milliseconds until it ends. */
    viciCountRequest(bucket: string, windowMs: number): Result<[number, number], Context>;
  }
}

/** A window begins with its first request. One that lost its end (a restore, a fault) is given a new one. */
const COUNT_REQUEST = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {count, left}
`;

/** Requests of one bucket in the running window. */
export interface RequestCount {
  readonly count: number;
  readonly resetMs: number;
}

/** What Redis says of a login session; `unknown` when it could not be asked. */
export type SessionState = { readonly userId: string; readonly role: string } | 'ended' | 'unknown';

/** What the admission of one request is decided on. */
export interface AdmissionFacts {
  /** Absent where limits are off or Redis could not be asked. */
  readonly requests?: RequestCount;
  readonly session?: SessionState;
}

/**
 * Reads rate limit and session in one round trip: both commands leave in the same pipeline, and each touches one key,
 * so that it holds on a Redis cluster too. Without Redis the shop goes on: requests are not limited, and a token that
 * verifies is believed for the minutes it lives.
 */
@Injectable()
export class AdmissionStore {
  private readonly degraded: Counter<string>;
  private down = false;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    redis.defineCommand('viciCountRequest', { numberOfKeys: 1, lua: COUNT_REQUEST });
    this.degraded = metrics.counter(
      'gateway_admission_degraded_total',
      'Requests admitted without asking Redis, by what was not asked.',
      ['check'],
    );
  }

  /** @param bucket of the request's limit, undefined when limits are off; @param sessionId of a signed-in caller */
  async read(bucket: string | undefined, sessionId: string | undefined): Promise<AdmissionFacts> {
    const [requests, session] = await Promise.all([
      bucket === undefined ? undefined : this.orDegraded('rate_limit', () => this.count(bucket)),
      sessionId === undefined
        ? undefined
        : this.orDegraded('session', () => this.session(sessionId)).then((state) => state ?? 'unknown'),
    ]);
    return { ...(requests !== undefined && { requests }), ...(session !== undefined && { session }) };
  }

  private async count(bucket: string): Promise<RequestCount> {
    const [count, resetMs] = await this.redis.viciCountRequest(`rate:${bucket}`, RATE_WINDOW_MS);
    return { count, resetMs };
  }

  private async session(sessionId: string): Promise<SessionState> {
    const [userId, role] = await this.redis.hmget(`session:${sessionId}`, 'userId', 'role');
    return userId && role ? { userId, role } : 'ended';
  }

  private async orDegraded<T>(check: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.down = false;
      return answer;
    } catch (error) {
      this.degraded.inc({ check });
      if (!this.down) {
        this.down = true;
        this.logger.warn('Redis does not answer: requests are admitted without limits and session checks.', {
          error,
        });
      }
      return undefined;
    }
  }
}
