import { Inject, Injectable } from '@nestjs/common';
import { DomainError, REDIS, type Redis, redisScript, runScript } from '@vici/utils';
import { ResetThrottle } from '../application/ports.js';
import { throttleKeys } from './throttle-keys.js';

/** Reset mails one address, and one network, may ask for within the window. */
const ACCOUNT_LIMIT = 3;
const NETWORK_LIMIT = 30;
const WINDOW_MS = 15 * 60_000;

/**
 * Counts the request under every key, unless one of them is at its limit: then it counts nowhere. KEYS: account,
 * network. ARGV: window in ms, then the limit of each key. Gives the wait in ms, 0 when the request may go on.
 */
const COUNT = redisScript(`
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[i + 1]) then
    return math.max(redis.call('PTTL', key), 1)
  end
end
for _, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
end
return 0
`);

/** Bounds reset mails by address and network in Redis, for all replicas together. */
@Injectable()
export class RedisResetThrottle extends ResetThrottle {
  constructor(@Inject(REDIS) private readonly redis: Redis) {
    super();
  }

  async count(account: string, address: string | undefined): Promise<void> {
    const keys = throttleKeys('password-reset', account, address);
    const wait = Number(await runScript(this.redis, COUNT, keys, [WINDOW_MS, ACCOUNT_LIMIT, NETWORK_LIMIT]));
    if (wait === 0) return;
    throw new DomainError('RATE_LIMITED', 'Too many reset links were asked for. Try again later.', {
      retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)),
    });
  }
}
