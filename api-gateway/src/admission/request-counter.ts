import type { Redis } from '@vici/utils';
import type { Result } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { endOfTurn } from '../http/end-of-turn.js';
import { type SessionState, sessionStateOf } from './login-session.js';
import { RATE_WINDOW_MS } from './rate-limits.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /**
     * Counts some requests of a bucket, the first of the keys; gives the count in the running window and the milliseconds
     * until it ends. The other keys are sessions: after that it gives the role in each of them.
     */
    viciCountRequests(
      keyCount: number,
      ...keysThenWindowMsThenRequests: (string | number)[]
    ): Result<[count: number, resetMs: number, ...roles: (string | null)[]], Context>;
  }
}

/** A window begins with its first request. One that lost its end (a restore, a fault) is given a new one. */
const COUNT_REQUESTS = `
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
local answer = {count, left}
for index = 2, #KEYS do
  answer[index + 1] = redis.call('HGET', KEYS[index], 'role')
end
return answer
`;

/** What is there at once, or after somebody was asked. */
export type Awaitable<T> = T | Promise<T>;

/** Requests of one bucket in the running window. */
export interface RequestCount {
  readonly count: number;
  readonly resetMs: number;
  /** What was asked along with it; absent where nobody asked, and where the request was counted ahead. */
  readonly session?: SessionState;
}

/** Requests of one bucket that came in together, and the number of the first of them. */
interface Crowd {
  size: number;
  /** Keys of the sessions they ask for. */
  readonly sessions: Set<string>;
  readonly counted: Promise<Counted>;
}

interface Counted {
  readonly first: number;
  readonly resetMs: number;
  readonly sessions: ReadonlyMap<string, SessionState>;
}

/** Requests counted ahead, which this gateway may number by itself. */
interface Lease {
  next: number;
  readonly last: number;
  readonly size: number;
  readonly takenAt: number;
  readonly endsAt: number;
}

/** Counted ahead at most, as a share of the limit: so much of it may stay unused on each gateway. */
const LEASE_SHARE = 1 / 1000;
/** A bucket that asks again within this time is a busy one, in milliseconds. */
const BUSY_MS = 100;
const MOST_BUCKETS = 10_000;

/**
 * Counts requests in Redis, where all gateways count together. No more are ever admitted than the limit allows. Where
 * the limit is high and somebody busy, some are counted ahead, so that not each of them waits for Redis; up to a limit
 * of 999 every request is counted by itself.
 */
export class RequestCounter {
  private readonly crowds = new Map<string, Crowd>();
  private readonly leases = new LRUCache<string, Lease>({ max: MOST_BUCKETS });

  constructor(private readonly redis: Redis) {
    redis.defineCommand('viciCountRequests', { lua: COUNT_REQUESTS });
  }

  /** Counts a request that was counted ahead; undefined where Redis has to be asked. */
  countAhead(bucket: string): RequestCount | undefined {
    const lease = this.leases.get(bucket);
    const now = Date.now();
    if (lease === undefined || lease.next > lease.last || now >= lease.endsAt) {
      return undefined;
    }
    const count = lease.next;
    lease.next += 1;
    return { count, resetMs: lease.endsAt - now };
  }

  /**
   * Counts a request. Those of one bucket that come in together are counted by one call and numbered in their order:
   * as exact as a call for each, at a fraction of its price.
   * @param sessionKey a session that the same call is to look at; its key has the tag of the bucket
   */
  async count(bucket: string, limit: number, sessionKey?: string): Promise<RequestCount> {
    const ahead = this.countAhead(bucket);
    if (ahead !== undefined) {
      return ahead;
    }
    const crowd = this.crowds.get(bucket) ?? this.gather(bucket, limit);
    const place = crowd.size;
    crowd.size += 1;
    if (sessionKey === undefined) {
      const { first, resetMs } = await crowd.counted;
      return { count: first + place, resetMs };
    }
    crowd.sessions.add(sessionKey);
    const { first, resetMs, sessions } = await crowd.counted;
    return { count: first + place, resetMs, session: sessions.get(sessionKey) ?? 'unknown' };
  }

  private gather(bucket: string, limit: number): Crowd {
    const counted = endOfTurn().then(async () => {
      this.crowds.delete(bucket);
      const ahead = this.leaseSize(bucket, crowd.size, limit);
      const keys = [...crowd.sessions];
      const [count, resetMs, ...roles] = await this.redis.viciCountRequests(
        keys.length + 1,
        `rate:${bucket}`,
        ...keys,
        RATE_WINDOW_MS,
        crowd.size + ahead,
      );
      const takenAt = Date.now();
      const next = count - ahead + 1;
      this.leases.set(bucket, { next, last: count, size: ahead, takenAt, endsAt: takenAt + resetMs });
      const sessions = new Map(keys.map((key, index) => [key, sessionStateOf(roles[index])]));
      return { first: next - crowd.size, resetMs, sessions };
    });
    const crowd: Crowd = { size: 0, sessions: new Set(), counted };
    this.crowds.set(bucket, crowd);
    return crowd;
  }

  /** Twice as many as last time for a bucket that is still busy, none for one that asks now and then. */
  private leaseSize(bucket: string, crowd: number, limit: number): number {
    const before = this.leases.get(bucket);
    const isBusy = before !== undefined && Date.now() - before.takenAt < BUSY_MS;
    return isBusy ? Math.min(Math.floor(limit * LEASE_SHARE), Math.max(crowd, before.size * 2)) : 0;
  }
}
