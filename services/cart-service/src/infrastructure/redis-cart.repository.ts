import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  Clock,
  CONFIG,
  checkpoint,
  DomainError,
  REDIS,
  type Redis,
  redisScript,
  runScript,
} from '@vici/utils';
import { CartArchive, CartRepository } from '../application/ports.js';
import type { CartConfig } from '../cart.config.js';
import { type Cart, emptyCart } from '../domain/cart.entity.js';
import { type CartOwner, ownerName } from '../domain/cart-owner.js';
import { decodeCart, encodeCart } from './cart.codec.js';
import { CartDirtyList } from './cart.dirty-list.js';

const DAY_MS = 86_400_000;
/** A shopper's cart may leave Redis after so many quiet days; Postgres keeps it. */
const USER_CART_TTL_DAYS = 30;
const MAX_TRIES = 200;
/** So long a shopper without a cart is not looked for in Postgres again. */
const EMPTY_CART_TTL_MS = 60_000;

/** Stores the cart when nobody has changed it since. KEYS: cart. ARGV: version before, cart, version, lifetime in ms. */
const REPLACE = redisScript(`
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'cart', ARGV[2], 'version', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`);

/** Puts a cart in its place unless one is there. KEYS: cart. ARGV: cart, version, lifetime in ms. */
const RESTORE = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'cart', ARGV[1], 'version', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

/** Puts an empty cart in the place of any. KEYS: cart. ARGV: cart, lifetime in ms. */
const DISCARD = redisScript(`
redis.call('HSET', KEYS[1], 'cart', ARGV[1], 'version', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

/**
 * Carts in Redis, one hash `cart:{owner}` each. A change is computed here and stored by a script only when the cart is
 * still the one it was computed from, else computed again: changes at the same moment lose nothing.
 */
@Injectable()
export class RedisCartRepository extends CartRepository {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly archive: CartArchive,
    private readonly dirty: CartDirtyList,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: CartConfig,
  ) {
    super();
  }

  async find(owner: CartOwner): Promise<Cart> {
    return (await this.stored(owner)) ?? (await this.restored(owner));
  }

  async update(owner: CartOwner, change: (cart: Cart) => Cart, found?: Cart): Promise<Cart> {
    for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
      const before = attempt === 1 && found !== undefined ? found : await this.find(owner);
      const after = change(before);
      if (after === before) return before;
      if (await this.replace(before, after)) return after;
      await sleep(Math.random() * Math.min(attempt, 20));
    }
    throw new DomainError('CONFLICT', 'The cart is being changed too often at once. Try again.');
  }

  async discard(owner: CartOwner): Promise<void> {
    const cart = encodeCart(emptyCart(owner, this.clock.now()));
    await runScript(this.redis, DISCARD, [keyOf(owner)], [cart, EMPTY_CART_TTL_MS]);
  }

  private async stored(owner: CartOwner): Promise<Cart | undefined> {
    const text = await this.redis.hget(keyOf(owner), 'cart');
    return text === null ? undefined : decodeCart(text);
  }

  /** The archived cart, else an empty one, now in Redis. */
  private async restored(owner: CartOwner): Promise<Cart> {
    const archived = await this.archive.load(owner);
    await checkpoint('cart.restore-loaded');
    const cart = archived ?? emptyCart(owner, this.clock.now());
    const lifetime = archived === undefined ? EMPTY_CART_TTL_MS : this.lifetimeOf(owner);
    const kept = await runScript(
      this.redis,
      RESTORE,
      [keyOf(owner)],
      [encodeCart(cart), cart.version, lifetime],
    );
    // Somebody may have put it there and changed it in between: what Redis holds is the truth.
    return kept === 1 ? cart : ((await this.stored(owner)) ?? cart);
  }

  private async replace(before: Cart, after: Cart): Promise<boolean> {
    const [replaced] = await Promise.all([
      runScript(
        this.redis,
        REPLACE,
        [keyOf(after.owner)],
        [before.version, encodeCart(after), after.version, this.lifetimeOf(after.owner)],
      ),
      // Sent in the same moment; marking a cart that was not changed costs one needless write.
      this.dirty.mark(after),
    ]);
    return replaced === 1;
  }

  private lifetimeOf(owner: CartOwner): number {
    return (owner.kind === 'guest' ? this.config.GUEST_CART_TTL_DAYS : USER_CART_TTL_DAYS) * DAY_MS;
  }
}

/** The braces keep everything of one owner on one node of a Redis cluster. */
export function keyOf(owner: CartOwner): string {
  return `cart:{${ownerName(owner)}}`;
}
