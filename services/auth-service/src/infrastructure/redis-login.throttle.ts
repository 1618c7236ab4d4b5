import { Inject, Injectable } from '@nestjs/common';
import { Clock, DomainError, REDIS, type Redis } from '@vici/utils';
import { LoginThrottle } from '../application/ports.js';
import { throttleKeys } from './throttle-keys.js';

/** Wrong passwords an account may see before it is locked for a second, then two, four, … */
const FREE_FAILURES = 5;
const LONGEST_LOCK_MS = 15 * 60_000;
/** Failures from one network within the window. */
const ADDRESS_LIMIT = 50;
const WINDOW_MS = 15 * 60_000;

/**
 * Counts the try and decides on it in one step. KEYS: account, address. ARGV: now, free failures, longest lock,
 * window, address limit. Gives {kind, wait in ms}.
 */
const BEGIN = `
local now = tonumber(ARGV[1])
local addressTries = 0
if KEYS[2] then addressTries = tonumber(redis.call('GET', KEYS[2]) or '0') end
if KEYS[2] and addressTries >= tonumber(ARGV[5]) then
  return {'address', redis.call('PTTL', KEYS[2])}
end
local lockedUntil = tonumber(redis.call('HGET', KEYS[1], 'lockedUntil') or '0')
if lockedUntil > now then return {'account', lockedUntil - now} end
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local over = failures - tonumber(ARGV[2])
if over >= 0 then
  local lock = math.min(1000 * 2 ^ math.min(over, 20), tonumber(ARGV[3]))
  redis.call('HSET', KEYS[1], 'lockedUntil', now + lock)
end
redis.call('PEXPIRE', KEYS[1], 2 * tonumber(ARGV[3]))
if KEYS[2] and redis.call('INCR', KEYS[2]) == 1 then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
return {'free', 0}
`;

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
    const answer = await this.redis.eval(
      BEGIN,
      keys.length,
      ...keys,
      this.clock.now().getTime(),
      FREE_FAILURES,
      LONGEST_LOCK_MS,
      WINDOW_MS,
      ADDRESS_LIMIT,
    );
    const [kind, wait] = Array.isArray(answer) ? answer : [];
    if (kind === 'free') return;
    const retryAfterSeconds = Math.max(1, Math.ceil(Number(wait) / 1000));
    throw kind === 'account'
      ? new DomainError('ACCOUNT_LOCKED', 'Too many wrong passwords. Wait a moment and try again.', {
          retryAfterSeconds,
        })
      : new DomainError('RATE_LIMITED', 'Too many failed sign-ins from this network.', { retryAfterSeconds });
  }

  async succeed(account: string, address: string | undefined): Promise<void> {
    const [accountKey, addressKey] = throttleKeys('login', account, address);
    const pipeline = this.redis.pipeline();
    if (accountKey !== undefined) pipeline.del(accountKey);
    // Taken back, not forgotten: an attacker's own good login must not reset the count of the network.
    if (addressKey !== undefined)
      pipeline.eval(
        "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end",
        1,
        addressKey,
      );
    await pipeline.exec();
  }
}
