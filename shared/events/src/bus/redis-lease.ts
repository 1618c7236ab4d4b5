import { randomUUID } from 'node:crypto';
import { redisScript, runScript } from '@vici/utils';
import type { Redis } from 'ioredis';

const LEASE_MS = 3_000;
const RENEW_EVERY_MS = 1_000;
// The local clock must give up before Redis does, whatever the two clocks' rates.
const SAFETY_MS = 200;

const takeScript = redisScript(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

const releaseScript = redisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

/**
 * Exclusive right to consume, for three seconds at a time: renewed every second, given back on
 * release, and taken over by another member when its holder has died. A holder that was cut off
 * cannot know in time that it lost the lease, therefore every read and every acknowledgement also
 * checks `token` inside Redis (a fencing token).
 */
export class RedisLease {
  readonly token = randomUUID();
  #validUntil = 0;
  #renewal: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: Redis,
    readonly key: string,
  ) {}

  /** True while nobody else can have taken the lease, judged by the local monotonic clock. */
  get held(): boolean {
    return performance.now() < this.#validUntil;
  }

  /** Takes the lease when it is free or already ours, and keeps it until `drop` or `release`. */
  async acquire(): Promise<boolean> {
    const taken = await this.#take();
    if (taken && this.#renewal === undefined) {
      this.#renewal = setInterval(() => void this.#renew(), RENEW_EVERY_MS);
    }
    return taken;
  }

  /** Stops renewing: the lease is considered lost from now on. */
  drop(): void {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
    this.#validUntil = 0;
  }

  /** Gives the lease to whoever waits for it; does nothing when another member has it. */
  async release(): Promise<void> {
    this.drop();
    await runScript(this.redis, releaseScript, [this.key], [this.token]);
  }

  async #take(): Promise<boolean> {
    const asked = performance.now();
    const taken = await runScript(this.redis, takeScript, [this.key], [this.token, LEASE_MS]);
    this.#validUntil = taken === 1 ? asked + LEASE_MS - SAFETY_MS : 0;
    return taken === 1;
  }

  async #renew(): Promise<void> {
    try {
      const taken = await this.#take();
      if (!taken || this.#renewal === undefined) this.drop();
    } catch {
      // Redis does not answer: `held` turns false by itself if the next renewals fail as well.
    }
  }
}
