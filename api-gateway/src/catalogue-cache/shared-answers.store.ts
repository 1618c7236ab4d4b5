import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { newId, REDIS, type Redis } from '@vici/utils';
import type { Result } from 'ioredis';
import { ReadyAnswer } from '../routing/answer.js';
import type { CatalogueAnswer } from './catalogue-answer.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /**
     * The answer and the milliseconds it has left, if those are enough; else 1 for whoever may make it and 0 for the
     * others.
     */
    viciClaimAnswer(
      answer: string,
      lock: string,
      leastLeftMs: number,
      owner: string,
      lockMs: number,
    ): Result<[number, string, string, string] | 0 | 1, Context>;
    /** Keeps an answer, where there is one, and lets go of the lock if it is the owner's. */
    viciKeepAnswer(
      answer: string,
      lock: string,
      owner: string,
      ...kept: readonly string[]
    ): Result<number, Context>;
  }
}

const CLAIM_ANSWER = `
local left = redis.call('PTTL', KEYS[1])
if left >= tonumber(ARGV[1]) then
  local kept = redis.call('HMGET', KEYS[1], 'body', 'shows', 'total')
  return {left, kept[1], kept[2], kept[3]}
end
if redis.call('GET', KEYS[2]) == ARGV[2] then
  return 1
end
if redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then
  return 1
end
return 0
`;

const KEEP_ANSWER = `
if ARGV[2] then
  redis.call('HSET', KEYS[1], 'body', ARGV[3], 'shows', ARGV[4], 'total', ARGV[5])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
return 1
`;

/** A gateway that dies while it makes an answer keeps the others waiting no longer than this. In milliseconds. */
const LOCK_MS = 1000;

/** What a look into Redis came to: an answer, the right to make it, or somebody else makes it. */
export type Claim = { readonly found: CatalogueAnswer; readonly leftMs: number } | 'mine' | 'taken';

/** Catalogue answers in Redis, where all gateways share them, and the lock that lets one of them make each. */
@Injectable()
export class SharedAnswersStore {
  /** Every gateway process is an owner of its own. */
  private readonly owner = newId();

  constructor(@Inject(REDIS) private readonly redis: Redis) {
    redis.defineCommand('viciClaimAnswer', { numberOfKeys: 2, lua: CLAIM_ANSWER });
    redis.defineCommand('viciKeepAnswer', { numberOfKeys: 2, lua: KEEP_ANSWER });
  }

  /** @throws Error when Redis does not answer */
  async claim(key: string, leastLeftMs: number): Promise<Claim> {
    const [answer, lock] = keysOf(key);
    const claimed = await this.redis.viciClaimAnswer(answer, lock, leastLeftMs, this.owner, LOCK_MS);
    if (!Array.isArray(claimed)) {
      return claimed === 1 ? 'mine' : 'taken';
    }
    const [leftMs, body, shows, total] = claimed;
    const found = {
      answer: ReadyAnswer.written(body),
      shows: shows === '' ? [] : shows.split(' '),
      ...(total !== '' && { total: Number(total) }),
    };
    return { found, leftMs };
  }

  /** Keeps an answer for `leftMs` and lets go of the lock. @throws Error as above */
  async keep(key: string, { answer, shows, total }: CatalogueAnswer, leftMs: number): Promise<void> {
    const left = Math.max(1, Math.floor(leftMs));
    const kept = [String(left), answer.body.toString(), shows.join(' '), String(total ?? '')];
    await this.redis.viciKeepAnswer(...keysOf(key), this.owner, ...kept);
  }

  /** Lets go of the lock: the next one may make the answer. @throws Error as above */
  async release(key: string): Promise<void> {
    await this.redis.viciKeepAnswer(...keysOf(key), this.owner);
  }
}

/** Both in one slot of a cluster; queries are of any length and are nobody's business. */
function keysOf(key: string): readonly [answer: string, lock: string] {
  const digest = createHash('sha256').update(key).digest('base64url');
  return [`catalogue:{${digest}}`, `catalogue:{${digest}}:lock`];
}
