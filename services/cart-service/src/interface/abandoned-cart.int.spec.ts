import { Database } from '@vici/database';
import type { DomainEvent } from '@vici/events';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { ProductStatus } from '@vici/proto-gen/product';
import { asCaller, eventually, pauseAt, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { ReportAbandonedCarts } from '../application/abandoned/report-abandoned-carts.use-case.js';
import { cartService } from '../cart.service.js';
import { CartFlusher } from '../infrastructure/cart.flusher.js';
import { asGuest, asSystem, asUser, FakeCatalogue } from './fixtures/catalogue.fixture.js';

const catalogue = new FakeCatalogue();
const mug = catalogue.add(1_250n, { name: 'Mug', images: ['https://img.example/mug.svg'] });
const lamp = catalogue.add(3_000n);
const service = useService(
  cartService,
  { CART_ABANDONED_AFTER_SECONDS: '3600', CART_SWEEP_INTERVAL_MS: '600000' },
  { upstreams: [catalogue.upstream] },
);
const carts = () => service.client(CartServiceDefinition);
const add = (productId: string, quantity = 1) => carts().addItem({ productId, quantity });
const sweep = () => asSystem(() => service.get(ReportAbandonedCarts).execute(100));

/** Two hours go by for the carts that are there. */
async function timePasses(): Promise<void> {
  await service.get(CartFlusher).flush();
  await service.get(Database).pool.query("update carts set updated_at = updated_at - interval '2 hours'");
}

const isAbandoned = (event: DomainEvent): event is DomainEvent<'cart.abandoned'> =>
  event.type === 'cart.abandoned';
const abandoned = (userId: string) =>
  service
    .events()
    .filter(isAbandoned)
    .filter(({ data }) => data.userId === userId);
const restored = () => service.events().filter(({ type }) => type === 'cart.restored').length;

/** A shopper who has left a cart behind, and the token of the reminder. */
async function remindedShopper(): Promise<{ userId: string; token: string }> {
  const userId = newId();
  await asUser(userId, () => add(mug, 2));
  await timePasses();
  await sweep();
  await eventually(() => expect(abandoned(userId)).toHaveLength(1));
  return { userId, token: abandoned(userId)[0]?.data.restoreToken ?? '' };
}

beforeEach(() => service.clearEvents());

describe('a cart left behind', () => {
  it('is told of with what is in it', async () => {
    const userId = newId();
    await asUser(userId, () => add(mug, 2));
    const { id } = await asUser(userId, () => add(lamp));
    await timePasses();

    await sweep();

    await eventually(() =>
      expect(abandoned(userId).map(({ data }) => data)).toEqual([
        {
          cartId: id,
          userId,
          occurredAt: expect.any(String),
          subtotal: { amountMinor: 5_500, currency: 'USD' },
          items: [
            { productId: mug, name: 'Mug', image: 'https://img.example/mug.svg', quantity: 2 },
            { productId: lamp, name: 'A thing', image: '', quantity: 1 },
          ],
          restoreToken: expect.stringMatching(/^[\w-]{43}$/),
        },
      ]),
    );
  });

  it('is told of once for what is in it, and again when that changes', async () => {
    const { userId } = await remindedShopper();
    await asUser(userId, () => add(lamp));
    const { items } = await asUser(userId, () => carts().getCart({}));
    const lampLine = items.find(({ productId }) => productId === lamp)?.id ?? '';
    await asUser(userId, () => carts().removeItem({ itemId: lampLine }));
    await timePasses();
    await sweep();
    await asUser(userId, () => add(lamp));
    await timePasses();
    await sweep();

    await eventually(() => expect(abandoned(userId).map(({ data }) => data.items.length)).toEqual([1, 2]));
  });

  it('is told of once by two processes that look at the same moment', async () => {
    const userId = newId();
    await asUser(userId, () => add(mug));
    await timePasses();
    using pause = pauseAt('cart.abandoned-found');
    const first = sweep();
    await pause.reached;
    await sweep();
    pause.resume();
    await first;

    await asUser(userId, () => add(lamp));
    await timePasses();
    await sweep();
    await eventually(() => expect(abandoned(userId).map(({ data }) => data.items.length)).toEqual([1, 2]));
  });

  it('is no matter when it was touched, is empty, is a guest’s, or holds only what is no longer sold', async () => {
    const [touched, emptied, unsold, witness] = [newId(), newId(), newId(), newId()];
    const gone = catalogue.add(100n);
    await asUser(emptied, () => add(mug));
    await asUser(emptied, () => carts().clearCart({}));
    await asGuest(newId(), () => add(mug));
    await asUser(unsold, () => add(gone));
    await asUser(touched, () => add(mug));
    await asUser(witness, () => add(mug));
    catalogue.products.set(gone, { ...catalogue.products.get(gone), status: ProductStatus.INACTIVE });
    await timePasses();
    await asUser(touched, () => add(mug));

    await sweep();

    await eventually(() => expect(abandoned(witness)).toHaveLength(1));
    expect(service.events().filter(isAbandoned)).toHaveLength(1);
    expect(await sweep()).toBe(1);
  });
});

describe('the link of a reminder', () => {
  it('brings back what has gone since, once, and is told of once', async () => {
    const { userId, token } = await remindedShopper();
    await asUser(userId, () => carts().clearCart({}));
    await asUser(userId, () => add(lamp));

    const first = await asUser(userId, () => carts().restoreCart({ token }));
    const second = await asUser(userId, () => carts().restoreCart({ token }));

    expect(first.items.map(({ productId, quantity }) => [productId, quantity])).toEqual([
      [lamp, 1],
      [mug, 2],
    ]);
    expect(second.version).toBe(first.version);
    await eventually(() => expect(restored()).toBe(1));
  });

  it('works before signing in, and signing in does not double the cart', async () => {
    const { userId, token } = await remindedShopper();
    const sessionId = newId();

    const guest = await asGuest(sessionId, () => carts().restoreCart({ token }));
    const own = await asCaller({ userId, shopperSessionId: sessionId }, () => carts().getCart({}));

    expect(guest.items.map(({ quantity }) => quantity)).toEqual([2]);
    expect(own.items.map(({ quantity }) => quantity)).toEqual([2]);
  });

  it('is nothing to another shopper, nor after its time', async () => {
    const { token } = await remindedShopper();
    const invalid = { code: 'VALIDATION_FAILED', details: { fields: [{ field: 'token' }] } };
    await expect(asUser(newId(), () => carts().restoreCart({ token }))).rejects.toMatchObject(invalid);
    await expect(asGuest(newId(), () => carts().restoreCart({ token: 'x' }))).rejects.toMatchObject(invalid);
    await service
      .get(Database)
      .pool.query("update cart_restores set expires_at = now() - interval '1 second'");
    await expect(asGuest(newId(), () => carts().restoreCart({ token }))).rejects.toMatchObject(invalid);
  });
});
