import { Inject, Injectable } from '@nestjs/common';
import { REDIS, Redis, redisScript, runScript } from '@vici/utils';
import type { ChangedLists } from '../application/list-authority.js';
import { listKeys } from '../application/list-keys.js';
import { ListStore, type ListWrite } from '../application/list-store.js';
import type { ListEntry } from '../domain/fallback-chain.js';

const LONGEST_LIST = 100;

const SCORE_DIGITS = 5;

/** No reader sees the key between its old and its new value. */
const REPLACE = redisScript(`
if ARGV[2] ~= 'HSET' then redis.call('DEL', KEYS[1]) end
if #ARGV > 2 then
  redis.call(ARGV[2], KEYS[1], unpack(ARGV, 3))
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return 1`);

/** The recommendation contract in Redis. */
@Injectable()
export class RedisListStore extends ListStore {
  constructor(@Inject(REDIS) private readonly redis: Redis) {
    super();
  }

  async read(keys: readonly string[]): Promise<ListEntry[][]> {
    // Commands of one tick travel together.
    const replies = await Promise.all(
      keys.map((key) => this.redis.zrange(key, '0', String(LONGEST_LIST - 1), 'REV', 'WITHSCORES')),
    );
    return replies.map(toEntries);
  }

  async write(writes: readonly ListWrite[]): Promise<void> {
    // One command per key, so no two keys need share a cluster slot; those of one tick travel together.
    await Promise.all(writes.map((write) => this.#writeOne(write)));
  }

  async announce(changed: ChangedLists): Promise<void> {
    await this.redis.publish(listKeys.changed, JSON.stringify(changed));
  }

  #writeOne(write: ListWrite): Promise<unknown> {
    switch (write.type) {
      case 'sorted-set': {
        const { key, ttlSeconds, entries } = write;
        const members = entries.slice(0, LONGEST_LIST).flatMap(({ id, score }) => [shortened(score), id]);
        return this.#replace(key, ttlSeconds, 'ZADD', members);
      }
      case 'list':
        return this.#replace(write.key, write.ttlSeconds, 'RPUSH', write.values);
      case 'hash': {
        const fields = Object.entries(write.fields).flat();
        if (write.ttlSeconds === undefined) return this.redis.hset(write.key, ...fields);
        return this.#replace(write.key, write.ttlSeconds, 'HSET', fields);
      }
      case 'value':
        return this.redis.set(write.key, write.value);
      case 'members':
        return this.redis.sadd(write.key, ...write.members);
    }
  }

  /** Replaces the whole value, or removes the key when there is nothing; what others put into a hash stays. */
  #replace(
    key: string,
    ttlSeconds: number,
    command: 'ZADD' | 'RPUSH' | 'HSET',
    values: readonly (string | number)[],
  ): Promise<unknown> {
    return runScript(this.redis, REPLACE, [key], [ttlSeconds, command, ...values]);
  }
}

/** Five digits tell more than any ranking needs, and keep a list small. Times and counts are whole. */
function shortened(score: number): number {
  return Number.isInteger(score) ? score : Number(score.toPrecision(SCORE_DIGITS));
}

/** Member and score by turns. */
function toEntries(reply: readonly string[]): ListEntry[] {
  const entries: ListEntry[] = [];
  for (let i = 0; i + 1 < reply.length; i += 2) {
    entries.push({ id: reply[i] ?? '', score: Number(reply[i + 1]) });
  }
  return entries;
}
