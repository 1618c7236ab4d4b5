import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@vici/database';
import { PersonalData } from '@vici/events';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { type Product, ProductServiceDefinition, ProductStatus } from '@vici/proto-gen/product';
import { asCaller, eventually, fakeUpstream, pauseAt, useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CartArchive } from '../application/ports.js';
import { cartService } from '../cart.service.js';
import { CartFlusher } from './cart.flusher.js';

const mug: Partial<Product> = {
  id: newId(),
  name: 'Mug',
  sku: 'MUG',
  stock: 60,
  price: { minor: 1250n, currency: 'USD' },
  status: ProductStatus.ACTIVE,
};
const products = fakeUpstream(ProductServiceDefinition, { getProducts: async () => ({ products: [mug] }) });
const FLUSH_INTERVAL_MS = 50;
const redis = useTestRedis();
const service = useService(
  cartService,
  { CART_FLUSH_INTERVAL_MS: String(FLUSH_INTERVAL_MS) },
  { upstreams: [products] },
);
const carts = () => service.client(CartServiceDefinition);
const asUser = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);
const add = (userId: string) =>
  asUser(userId, () => carts().addItem({ productId: mug.id ?? '', quantity: 1 }));
const quantities = async (userId: string) =>
  (await asUser(userId, () => carts().getCart({}))).items.map((item) => item.quantity);

afterEach(() => vi.restoreAllMocks());

describe('writing carts behind', () => {
  it('outlives the loss of all of Redis, with everything that is older than a few seconds', async () => {
    const shoppers = Array.from({ length: 30 }, () => newId());
    await Promise.all(shoppers.flatMap((userId) => [add(userId), add(userId)]));
    await eventually(async () => expect(await redis.client.zcard('carts:dirty')).toBe(0));

    await redis.client.flushdb();
    const kept = await Promise.all(shoppers.map(quantities));
    await Promise.all(shoppers.map(add));
    const changed = await Promise.all(shoppers.map(quantities));

    expect(kept).toEqual(shoppers.map(() => [2]));
    expect(changed).toEqual(shoppers.map(() => [3]));
  });

  it('comes to an end though a mark names a version its cart never reached, and saves that cart as it is', async () => {
    const userId = newId();
    await add(userId);
    await redis.client.zadd('carts:dirty', 99, `user:${userId}`);

    const ended = await Promise.race([
      service
        .get(CartFlusher)
        .flush()
        .then(() => true),
      sleep(10_000, false),
    ]);
    await redis.client.del(`cart:{user:${userId}}`);

    expect(ended).toBe(true);
    expect(await quantities(userId)).toEqual([1]);
  });

  it('saves the others when one cart cannot be read, and lets go of that one', async () => {
    const [userId, stranger] = [newId(), newId()];
    await redis.client.hset(`cart:{user:${stranger}}`, { cart: 'nonsense', version: '1' });
    await redis.client.zadd('carts:dirty', 1, `user:${stranger}`);
    await add(userId);

    await service.get(CartFlusher).flush();
    await redis.client.del(`cart:{user:${userId}}`);

    expect(await quantities(userId)).toEqual([1]);
    expect(await redis.client.zscore('carts:dirty', `user:${stranger}`)).toBeNull();
  });

  it('queues no flushes up while Postgres is slow', async () => {
    const gate = Promise.withResolvers<void>();
    const save = vi.spyOn(service.get(CartArchive), 'save').mockReturnValue(gate.promise);
    const userId = newId();
    await add(userId);
    // A mark that stays: every flush has something to save.
    await redis.client.zadd('carts:dirty', 99, `user:${userId}`);
    await eventually(() => expect(save).toHaveBeenCalledTimes(1));

    await sleep(500);
    expect(save).toHaveBeenCalledTimes(1);
    const released = performance.now();
    gate.resolve();
    await sleep(20);

    // The ten flushes that fell due meanwhile do not follow one after the other.
    const due = Math.ceil((performance.now() - released) / FLUSH_INTERVAL_MS);
    expect(save.mock.calls.length).toBeLessThanOrEqual(1 + due);
    await redis.client.zrem('carts:dirty', `user:${userId}`);
  });
});

describe('the erasure of a person', () => {
  const erase = (userId: string) => service.get(PersonalData).erase(userId);
  const rowsOf = async (userId: string) =>
    (await service.get(Database).pool.query('select from carts where owner = $1', [`user:${userId}`]))
      .rowCount;

  it('counts the cart once, whether it is saved already or not', async () => {
    const [saved, fresh, none] = [newId(), newId(), newId()];
    await add(saved);
    await eventually(async () => expect(await rowsOf(saved)).toBe(1));
    vi.spyOn(service.get(CartArchive), 'save').mockResolvedValue();
    await add(fresh);

    const reports = await Promise.all([saved, fresh, none].map(erase));

    expect(reports.map(({ erased }) => erased['carts'])).toEqual([1, 1, 0]);
    expect(await Promise.all([saved, fresh].map(quantities))).toEqual([[], []]);
  });

  it('is final, though the cart was being saved at that moment', async () => {
    const userId = newId();
    using flush = pauseAt('cart.flush-read');
    await add(userId);
    await flush.reached;

    const erasing = erase(userId);
    await eventually(async () => expect(await quantities(userId)).toEqual([]));
    flush.resume();

    expect((await erasing).erased['carts']).toBe(1);
    expect(await rowsOf(userId)).toBe(0);
    expect(await quantities(userId)).toEqual([]);
  });

  it('is final, though the cart was being fetched from its copy at that moment', async () => {
    const userId = newId();
    await add(userId);
    await eventually(async () => expect(await rowsOf(userId)).toBe(1));
    await eventually(async () =>
      expect(await redis.client.zscore('carts:dirty', `user:${userId}`)).toBeNull(),
    );
    await redis.client.del(`cart:{user:${userId}}`);
    using fetching = pauseAt('cart.restore-loaded');
    const reading = quantities(userId);
    await fetching.reached;

    const { erased } = await erase(userId);
    fetching.resume();

    expect(erased['carts']).toBe(1);
    expect(await reading).toEqual([]);
    expect(await quantities(userId)).toEqual([]);
  });
});

describe('old guest carts', () => {
  it('all leave Postgres, however many there are; those of users and newer ones stay', async () => {
    const { pool } = service.get(Database);
    const insert = (owner: string, count: number, age: string) =>
      pool.query(
        `insert into carts (owner, cart_id, version, content, updated_at)
         select $1 || gen_random_uuid(), gen_random_uuid(), 1, '{}', now() - $2::interval from generate_series(1, $3)`,
        [owner, age, count],
      );
    await insert('guest:', 2_500, '31 days');
    await insert('guest:', 1, '29 days');
    await insert('user:', 1, '31 days');

    await service.get(CartFlusher).removeOldGuests();

    const { rows } = await pool.query(
      `select split_part(owner, ':', 1) as kind, count(*)::int as left from carts
       where content = '{}' group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { kind: 'guest', left: 1 },
      { kind: 'user', left: 1 },
    ]);
  });
});

describe('a shopper without a cart', () => {
  it('is looked for in Postgres once, and keeps the empty cart that was shown', async () => {
    const userId = newId();
    const load = vi.spyOn(service.get(CartArchive), 'load');

    const first = await asUser(userId, () => carts().getCart({}));
    const second = await asUser(userId, () => carts().getCart({}));
    const filled = await add(userId);

    expect(load).toHaveBeenCalledTimes(1);
    expect([second.id, filled.id]).toEqual([first.id, first.id]);
    expect(filled.version).toBe(1n);
    expect(await redis.client.pttl(`cart:{user:${userId}}`)).toBeGreaterThan(86_400_000);
  });
});
