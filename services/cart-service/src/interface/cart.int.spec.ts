import { createEvent } from '@vici/events';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { type Product, ProductServiceDefinition, ProductStatus } from '@vici/proto-gen/product';
import { asCaller, eventually, fakeUpstream, pauseAt, useService, useTestRedis } from '@vici/testing';
import { DomainError, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { cartService } from '../cart.service.js';
import { CartFlusher } from '../infrastructure/cart.flusher.js';

const mug = { id: newId(), name: 'Mug', sku: 'MUG', stock: 60, price: { minor: 1250n, currency: 'USD' } };
const red = newId();
const shirt = {
  id: newId(),
  name: 'Shirt',
  sku: 'SHIRT',
  stock: 5,
  price: { minor: 2000n, currency: 'USD' },
  variants: [
    {
      id: red,
      productId: '',
      name: 'Red',
      sku: 'SHIRT-RED',
      stock: 5,
      attributes: {},
      price: { minor: 2100n, currency: 'USD' },
    },
  ],
};
let catalogue: Record<string, Partial<Product>>;
let asked: number;

const products = fakeUpstream(ProductServiceDefinition, {
  getProducts: async ({ ids }) => {
    asked += 1;
    return {
      products: ids
        .flatMap((id) => catalogue[id] ?? [])
        .map((found) => ({ status: ProductStatus.ACTIVE, ...found })),
    };
  },
});
const redis = useTestRedis();
const service = useService(cartService, {}, { upstreams: [products] });
const carts = () => service.client(CartServiceDefinition);

beforeEach(() => {
  catalogue = { [mug.id]: mug, [shirt.id]: shirt };
  asked = 0;
  products.handlers.getProducts = async ({ ids }) => {
    asked += 1;
    return {
      products: ids
        .flatMap((id) => catalogue[id] ?? [])
        .map((found) => ({ status: ProductStatus.ACTIVE, ...found })),
    };
  };
});

const asUser = <T>(userId: string, work: () => Promise<T>, shopperSessionId = newId() as string) =>
  asCaller({ role: 'customer', userId, shopperSessionId }, work);
const asGuest = <T>(shopperSessionId: string, work: () => Promise<T>) => asCaller({ shopperSessionId }, work);
const asSystem = <T>(work: () => Promise<T>) => asCaller({ role: 'system', service: 'order-service' }, work);
const add = (quantity = 1) => carts().addItem({ productId: mug.id, quantity });

describe('a cart', () => {
  it('shows names and prices of the catalogue, with one question to it', async () => {
    const userId = newId();
    await asUser(userId, () => add(2));
    await asUser(userId, () => carts().addItem({ productId: shirt.id, variantId: red, quantity: 1 }));
    asked = 0;

    const cart = await asUser(userId, () => carts().getCart({}));

    expect(asked).toBe(1);
    expect(cart).toMatchObject({
      userId,
      subtotal: { minor: 4600n, currency: 'USD' },
      discount: { minor: 0n, currency: 'USD' },
      total: { minor: 4600n, currency: 'USD' },
      items: [
        {
          productId: mug.id,
          name: 'Mug',
          sku: 'MUG',
          quantity: 2,
          unitPrice: { minor: 1250n },
          totalPrice: { minor: 2500n },
          available: true,
        },
        {
          productId: shirt.id,
          variantId: red,
          name: 'Shirt (Red)',
          sku: 'SHIRT-RED',
          unitPrice: { minor: 2100n },
        },
      ],
    });
  });

  it('tells of each line what an order keeps of it: weight, units on the shelf, price before the sale', async () => {
    const userId = newId();
    const usd = (minor: bigint) => ({ minor, currency: 'USD' });
    const [variant] = shirt.variants;
    const variants = [
      { ...variant, attributes: { Weight: '0.2 kg' } },
      { ...variant, id: newId(), price: shirt.price },
    ] as Product['variants'];
    const gone = newId();
    catalogue = {
      [mug.id]: { ...mug, stock: 1, backorderable: 4, specifications: { weight: '450 g' } },
      [shirt.id]: { ...shirt, originalPrice: usd(2500n), weightGrams: 300, variants },
      [gone]: { ...mug, id: gone },
    };
    await asUser(userId, () => add(3));
    for (const { id } of variants)
      await asUser(userId, () => carts().addItem({ productId: shirt.id, variantId: id, quantity: 1 }));
    await asUser(userId, () => carts().addItem({ productId: gone, quantity: 1 }));
    delete catalogue[gone];

    const { items } = await asUser(userId, () => carts().getCart({}));
    const kept = items.map(({ available, weightGrams, stock, originalUnitPrice }) => [
      available,
      weightGrams,
      stock,
      originalUnitPrice,
    ]);

    expect(kept).toEqual([
      [true, 450, 1, usd(1250n)],
      // A variant with a price of its own was never sold at the product's.
      [true, 200, 5, usd(2100n)],
      [true, 300, 5, usd(2500n)],
      [false, 0, 0, undefined],
    ]);
  });

  it('asks the catalogue once for a change, whatever else is in it', async () => {
    const userId = newId();
    await asUser(userId, () => carts().addItem({ productId: shirt.id, variantId: red, quantity: 1 }));
    asked = 0;

    const added = await asUser(userId, () => add(2));
    expect([asked, added.items.length, added.subtotal?.minor]).toEqual([1, 2, 4600n]);
    const itemId = added.items.find((item) => item.productId === mug.id)?.id ?? '';
    const changed = await asUser(userId, () => carts().updateItem({ itemId, quantity: 3 }));

    expect([asked, changed.subtotal?.minor]).toEqual([2, 5850n]);
  });

  it('loses nothing when fifty tabs add at once', async () => {
    const sessionId = newId();

    await Promise.all(Array.from({ length: 50 }, () => asGuest(sessionId, () => add())));

    const cart = await asGuest(sessionId, () => carts().getCart({}));
    expect(cart.items.map((item) => item.quantity)).toEqual([50]);
    expect(cart.version).toBe(50n);
  });

  it('tells of a changed price, of scarce stock and of what is no longer sold, and charges today’s price', async () => {
    const userId = newId();
    await asUser(userId, () => add(3));
    await asUser(userId, () => carts().addItem({ productId: shirt.id, variantId: red, quantity: 4 }));
    catalogue = {
      [mug.id]: { ...mug, price: { minor: 1100n, currency: 'USD' } },
      [shirt.id]: { ...shirt, variants: [{ ...shirt.variants[0], stock: 1 }] as Product['variants'] },
    };

    const changed = await asUser(userId, () => carts().getCart({}));
    catalogue = { [mug.id]: { ...mug, status: ProductStatus.INACTIVE } };
    const gone = await asUser(userId, () => carts().getCart({}));

    expect(changed.items.map(({ available, notice }) => ({ available, notice }))).toEqual([
      { available: true, notice: 'Price changed from 12.50 to 11.00' },
      { available: false, notice: 'Only 1 left' },
    ]);
    expect(changed.subtotal).toEqual({ minor: 3300n + 8400n, currency: 'USD' });
    expect(gone.items.map(({ available, notice }) => ({ available, notice }))).toEqual([
      { available: false, notice: 'No longer sold' },
      { available: false, notice: 'No longer sold' },
    ]);
    expect(gone.subtotal).toEqual({ minor: 0n, currency: 'USD' });
  });

  it('tells of a changed price once: it is news until the shopper has looked at the cart', async () => {
    const userId = newId();
    await asUser(userId, () => add(1));
    catalogue[mug.id] = { ...mug, price: { minor: 1100n, currency: 'USD' } };
    const notice = async (seen: boolean) =>
      (await asUser(userId, () => carts().getCart({ seen }))).items[0]?.notice;

    // Order-service looks too, but is not the shopper.
    expect(await notice(false)).toBe('Price changed from 12.50 to 11.00');
    expect(await notice(true)).toBe('Price changed from 12.50 to 11.00');
    expect(await notice(true)).toBeUndefined();
    catalogue[mug.id] = mug;
    expect(await notice(true)).toBe('Price changed from 11.00 to 12.50');
  });

  it('refuses what cannot be bought, and stays as it was', async () => {
    const userId = newId();
    await asUser(userId, () => add(1));
    catalogue[shirt.id] = { ...shirt, status: ProductStatus.INACTIVE };
    const attempt = (request: { productId: string; variantId?: string; quantity: number }) =>
      asUser(userId, () => carts().addItem(request));

    await expect(attempt({ productId: newId(), quantity: 1 })).rejects.toMatchObject({
      code: 'PRODUCT_UNAVAILABLE',
    });
    await expect(attempt({ productId: shirt.id, variantId: red, quantity: 1 })).rejects.toMatchObject({
      code: 'PRODUCT_UNAVAILABLE',
    });
    await expect(attempt({ productId: mug.id, quantity: 60 })).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: { available: 60, requested: 61 },
    });
    for (const quantity of [0, -1, 1000]) {
      await expect(attempt({ productId: mug.id, quantity })).rejects.toMatchObject({
        details: { fields: [{ field: 'quantity', message: 'must be a whole number from 1 to 999' }] },
      });
    }
    catalogue[shirt.id] = shirt;
    await expect(attempt({ productId: shirt.id, quantity: 1 })).rejects.toMatchObject({
      details: { fields: [{ field: 'variantId', message: 'is required: this product is sold in variants' }] },
    });
    const cart = await asUser(userId, () => carts().getCart({}));
    expect(cart.items.map((item) => item.quantity)).toEqual([1]);
  });

  it('adds once what is sent twice with the same idempotency key', async () => {
    const userId = newId();
    const send = (idempotencyKey: string) =>
      asUser(userId, () => carts().addItem({ productId: mug.id, quantity: 2 }, { idempotencyKey }));

    await Promise.all([send('first'), send('first')]);
    await send('second');

    const cart = await asUser(userId, () => carts().getCart({}));
    expect(cart.items.map((item) => item.quantity)).toEqual([4]);
  });

  it("changes and removes lines of the caller's cart only", async () => {
    const userId = newId();
    const { items } = await asUser(userId, () => add(2));
    const itemId = items[0]?.id ?? '';

    const changed = await asUser(userId, () => carts().updateItem({ itemId, quantity: 7 }));
    const stranger = asUser(newId(), () => carts().removeItem({ itemId }));
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const removed = await asUser(userId, () => carts().removeItem({ itemId }));

    expect(changed.items[0]?.quantity).toBe(7);
    expect(removed.items).toEqual([]);
  });

  it('guesses no price while the catalogue is away, and keeps what is in it', async () => {
    const userId = newId();
    await asUser(userId, () => add(2));
    products.handlers.getProducts = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'The catalogue is away');
    };

    await expect(asUser(userId, () => carts().getCart({}))).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    products.handlers.getProducts = async () => ({ products: [{ status: ProductStatus.ACTIVE, ...mug }] });

    const cart = await asUser(userId, () => carts().getCart({}));
    expect(cart.items.map((item) => item.quantity)).toEqual([2]);
  });

  it('needs a session where there is no user', async () => {
    await expect(asCaller({}, () => carts().getCart({}))).rejects.toMatchObject({
      details: { fields: [{ field: 'X-Session-Id', message: 'must be a UUID' }] },
    });
  });
});

describe('the guest cart of somebody who signs in', () => {
  it('is in the account’s cart with the first call, once, and gone from the guest’s', async () => {
    const [userId, sessionId] = [newId(), newId()];
    await asUser(userId, () => add(1));
    await asGuest(sessionId, () => add(2));

    const merged = await Promise.all(
      Array.from({ length: 5 }, () => asUser(userId, () => carts().getCart({}), sessionId)),
    );
    await service.publish(
      createEvent('user.logged_in', {
        subject: userId,
        data: {
          userId,
          authSessionId: newId(),
          shopperSessionId: sessionId,
          loggedInAt: new Date().toISOString(),
        },
      }),
    );
    const guest = await asGuest(sessionId, () => carts().getCart({}));

    expect(merged.at(-1)?.items.map((item) => item.quantity)).toEqual([3]);
    expect(guest.items).toEqual([]);
  });

  it('is merged by the login event alone', async () => {
    const [userId, sessionId] = [newId(), newId()];
    await asGuest(sessionId, () => add(2));

    await service.publish(
      createEvent('user.logged_in', {
        subject: userId,
        data: {
          userId,
          authSessionId: newId(),
          shopperSessionId: sessionId,
          loggedInAt: new Date().toISOString(),
        },
      }),
    );

    await eventually(async () => {
      const cart = await asUser(userId, () => carts().getCart({}));
      expect(cart.items.map((item) => item.quantity)).toEqual([2]);
    });
  });

  it.each(['cart.handover-begun', 'cart.handover-taken'])(
    'loses and doubles nothing when a merge stands still, or died, at %s and another one passes it',
    async (point) => {
      const [userId, sessionId] = [newId(), newId()];
      await asGuest(sessionId, () => add(2));
      const pause = pauseAt(point);

      const slow = asUser(userId, () => carts().getCart({}), sessionId);
      await pause.reached;
      const meanwhile = await asUser(userId, () => carts().getCart({}), sessionId);
      await asGuest(sessionId, () => add(1));
      pause.resume();
      await slow;

      expect(meanwhile.items.map((item) => item.quantity)).toEqual([2]);
      const cart = await asUser(userId, () => carts().getCart({}), sessionId);
      expect(cart.items.map((item) => item.quantity)).toEqual([3]);
    },
  );
});

describe('two people who sign in from one browser at once', () => {
  it.each(['cart.handover-begun', 'cart.handover-taken'])(
    'get the guest’s units once between them, when the first stands still, or died, at %s',
    async (point) => {
      const [first, second, sessionId] = [newId(), newId(), newId()];
      await asGuest(sessionId, () => add(2));
      const pause = pauseAt(point);

      const slow = asUser(first, () => carts().getCart({}), sessionId);
      await pause.reached;
      await asGuest(sessionId, () => add(1));
      const other = await asUser(second, () => carts().getCart({}), sessionId);
      pause.resume();
      await slow;

      const cart = await asUser(first, () => carts().getCart({}), sessionId);
      expect(cart.items.map((item) => item.quantity)).toEqual([2]);
      expect(other.items.map((item) => item.quantity)).toEqual([1]);
      expect((await asGuest(sessionId, () => carts().getCart({}))).items).toEqual([]);
    },
  );
});

describe('after an order', () => {
  it('what was bought leaves the cart once, and only order-service may say so', async () => {
    const userId = newId();
    await asUser(userId, () => add(5));
    const request = { userId, orderId: newId(), lines: [{ productId: mug.id, quantity: 2 }] };

    await asSystem(() => carts().removePurchased(request));
    await asSystem(() => carts().removePurchased(request));

    await expect(asUser(userId, () => carts().removePurchased(request))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const cart = await asUser(userId, () => carts().getCart({}));
    expect(cart.items.map((item) => item.quantity)).toEqual([3]);
  });
});

describe('when Redis loses everything', () => {
  it('carts come back from Postgres with their newest version', async () => {
    const userId = newId();
    const before = await asUser(userId, () => add(4));
    await asUser(userId, () => add(1));
    await service.get(CartFlusher).flush();

    await redis.client.flushdb();
    const after = await asUser(userId, () => add(1));

    expect(after.id).toBe(before.id);
    expect(after.items.map((item) => item.quantity)).toEqual([6]);
    expect(after.version).toBe(3n);
  });

  it('a flush that comes late never overwrites a newer version', async () => {
    const userId = newId();
    await asUser(userId, () => add(1));
    const older = (await redis.client.hgetall(`cart:{user:${userId}}`)) as { cart: string; version: string };
    await asUser(userId, () => add(1));
    await service.get(CartFlusher).flush();
    await redis.client.hset(`cart:{user:${userId}}`, older);
    await redis.client.zadd('carts:dirty', 1, `user:${userId}`);
    await service.get(CartFlusher).flush();

    await redis.client.flushdb();

    const cart = await asUser(userId, () => carts().getCart({}));
    expect(cart.items.map((item) => item.quantity)).toEqual([2]);
  });
});
