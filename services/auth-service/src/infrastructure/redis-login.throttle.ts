import { Inject, Injectable } from '@nestjs/common';
import { Clock, DomainError, REDIS, type Redis, redisScript, runScript } from '@vici/utils';
import { LoginThrottle } from '../application/ports.js';
import { throttleKeys } from './throttle-keys.js';

/** Failures an account may see before it is locked for a second, then two, four, … */
const FREE_FAILURES = 5;
/** Failures a network may make before the same happens to it. */
const FREE_NETWORK_FAILURES = 50;
const LONGEST_LOCK_MS = 15 * 60_000;
/** Failures are forgotten this long after the first of them, or after the last lock. */
const WINDOW_MS = 15 * 60_000;

/**
 * Counts the try and decides on it in one step: locked by one key, it counts nowhere. KEYS: account, network. ARGV: now,
 * longest lock, window, then the free failures of each key. Gives {place of the key that locks, wait in ms}, or {0, 0}.
 */
const BEGIN = redisScript(`
local now, longest, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for i = #KEYS, 1, -1 do
  local lockedUntil = tonumber(redis.call('HGET', KEYS[i], 'lockedUntil') or '0')
  if lockedUntil > now then return {i, lockedUntil - now} end
end
for i, key in ipairs(KEYS) do
  local over = redis.call('HINCRBY', key, 'failures', 1) - tonumber(ARGV[3 + i])
  if over >= 0 then
    local lock = math.min(1000 * 2 ^ math.min(over, 20), longest)
    redis.call('HSET', key, 'lockedUntil', now + lock)
    redis.call('PEXPIRE', key, lock + window)
  elseif redis.call('PTTL', key) < 0 then
    redis.call('PEXPIRE', key, window)
  end
end
return {0, 0}
`);

/**
 * Takes a good try back: the account starts anew, the network forgets this try alone, because somebody who guesses may
 * have an account of their own. KEYS: account, network.
 */
const SUCCEED = redisScript(`
redis.call('DEL', KEYS[1])
if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'failures', -1)
  redis.call('HDEL', KEYS[2], 'lockedUntil')
end
return 0
`);

/**
 * Login throttle in Redis. A try counts as a failure before the password is looked at and is taken back when it was
 * good, so that tries at the same moment cannot slip past the limit.
 */
@Injectable()
export class RedisLoginThrottle extends LoginThrottle {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly clock: Clock,
  ) {
    super();
  }

  async begin(account: string, address: string | undefined): Promise<void> {
    const keys = throttleKeys('login', account, address);
    const now = this.clock.now().getTime();
    const limits = [LONGEST_LOCK_MS, WINDOW_MS, FREE_FAILURES, FREE_NETWORK_FAILURES];
    const answer = await runScript(this.redis, BEGIN, keys, [now, ...limits]);
    const [place, wait] = Array.isArray(answer) ? answer.map(Number) : [];
    if (place === 0) return;
    const retryAfterSeconds = Math.max(1, Math.ceil((wait ?? 0) / 1000));
    throw place === 1
      ? new DomainError('ACCOUNT_LOCKED', 'Too many wrong passwords. Wait a moment and try again.', {
          retryAfterSeconds,
        })
      : new DomainError('RATE_LIMITED', 'Too many failed sign-ins from this network.', { retryAfterSeconds });
  }

  async succeed(account: string, address: string | undefined): Promise<void> {
    const keys = throttleKeys('login', account, address);
    await runScript(this.redis, SUCCEED, keys, []);
  }
}
