import { Inject, Injectable } from '@nestjs/common';
import { DomainError, REDIS, Redis } from '@vici/utils';
import { ListStore, type ListWrite } from '../application/list-store.js';
import type { ListEntry } from '../domain/fallback-chain.js';

const LONGEST_LIST = 100;

type Transaction = ReturnType<Redis['multi']>;

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
    // One transaction per key: a reader sees the old value or the new one, and no two keys need share a cluster slot.
    await Promise.all(writes.map((write) => this.#writeOne(write)));
  }

  async #writeOne(write: ListWrite): Promise<void> {
    const results = await queue(this.redis.multi(), write).exec();
    const failed = results?.find(([error]) => error !== null)?.[0];
    if (results === null || failed) {
      throw new DomainError('SERVICE_UNAVAILABLE', 'Redis did not take a list.', {}, { cause: failed });
    }
  }
}

function queue(transaction: Transaction, write: ListWrite): Transaction {
  switch (write.type) {
    case 'sorted-set': {
      transaction.del(write.key);
      if (write.entries.length === 0) return transaction;
      const members = write.entries.slice(0, LONGEST_LIST).flatMap(({ id, score }) => [score, id]);
      return transaction.zadd(write.key, ...members).expire(write.key, write.ttlSeconds);
    }
    case 'list':
      transaction.del(write.key);
      if (write.values.length === 0) return transaction;
      return transaction.rpush(write.key, ...write.values).expire(write.key, write.ttlSeconds);
    case 'hash':
      transaction.hset(write.key, write.fields);
      return write.ttlSeconds === undefined ? transaction : transaction.expire(write.key, write.ttlSeconds);
    case 'value':
      return transaction.set(write.key, write.value);
    case 'members':
      return transaction.sadd(write.key, ...write.members);
  }
}

/** Member and score by turns. */
function toEntries(reply: readonly string[]): ListEntry[] {
  const entries: ListEntry[] = [];
  for (let i = 0; i + 1 < reply.length; i += 2) {
    entries.push({ id: reply[i] ?? '', score: Number(reply[i + 1]) });
  }
  return entries;
}
