import { Inject, Injectable } from '@nestjs/common';
import { REDIS, type Redis, redisScript, runScript } from '@vici/utils';
import type { Cart } from '../domain/cart.entity.js';
import { type CartOwner, ownerName, ownerOfName } from '../domain/cart-owner.js';

const KEY = 'carts:dirty';

/** Takes the mark away unless the cart has been changed again. KEYS: list. ARGV: owner, version that was saved. */
const SAVED = redisScript(`
local version = redis.call('ZSCORE', KEYS[1], ARGV[1])
if version and tonumber(version) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
`);

/** Which carts Postgres does not have yet: a sorted set of owners, scored by the version to save. */
@Injectable()
export class CartDirtyList {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  async mark(cart: Cart): Promise<void> {
    await this.redis.zadd(KEY, 'GT', cart.version, ownerName(cart.owner));
  }

  /** Some owners whose carts are to be saved; at random, so that several flushers mostly take different ones. */
  async some(count: number): Promise<CartOwner[]> {
    const names = await this.redis.zrandmember(KEY, count);
    return [names]
      .flat()
      .filter((name) => name !== null)
      .map(ownerOfName);
  }

  async saved(carts: readonly Cart[]): Promise<void> {
    // Commands of one tick travel together.
    await Promise.all(
      carts.map(({ owner, version }) => runScript(this.redis, SAVED, [KEY], [ownerName(owner), version])),
    );
  }

  /** Forgets owners whose cart is gone. */
  async gone(owners: readonly CartOwner[]): Promise<void> {
    if (owners.length > 0) await this.redis.zrem(KEY, ...owners.map(ownerName));
  }

  async size(): Promise<number> {
    return await this.redis.zcard(KEY);
  }
}
