import type { IngestRequest } from '@vici/proto-gen/event';
import { eventually } from '@vici/testing';
import { DomainError } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import {
  CART_ID,
  cart,
  cartItem,
  LINE_ID,
  PRODUCT_ID,
  usd,
  VARIANT_ID,
} from '../fixtures/messages.fixture.js';

const { upstreams, call } = useGateway();

let reported: IngestRequest['events'][number][] = [];

beforeEach(() => {
  reported = [];
  upstreams.event.ingestForShoppers = async ({ shoppers }) => {
    reported.push(...shoppers.flatMap(({ events }) => events));
    return {};
  };
});

const CREATED_TEXT = '2026-03-01T10:00:00.000Z';
const UPDATED_TEXT = '2026-03-02T10:00:00.000Z';

describe('the cart', () => {
  const restCart = {
    id: CART_ID,
    userId: '',
    items: [
      {
        id: LINE_ID,
        cartId: CART_ID,
        productId: PRODUCT_ID,
        name: 'Lamp',
        image: 'http://localhost:9000/lamp.png',
        sku: 'LAMP-1',
        quantity: 2,
        unitPrice: 24.99,
        totalPrice: 49.98,
        available: true,
        discount: 0,
        adjustments: [],
      },
    ],
    subtotal: 49.98,
    discount: 0,
    total: 49.98,
    currency: 'USD',
    freeShipping: false,
    promotions: [],
    adjustments: [],
    createdAt: CREATED_TEXT,
    updatedAt: UPDATED_TEXT,
  };

  it('is shown to a guest', async () => {
    upstreams.cart.getCart = async () => cart();
    expect((await call('GET', '/cart')).body['data']).toEqual(restCart);
  });

  it('takes a coupon, tells why one gives nothing, and lets go of it', async () => {
    const asked: string[] = [];
    const discounted = cart({
      couponCode: 'TEN',
      discount: usd(500n),
      total: usd(4498n),
      freeShipping: true,
    });
    upstreams.cart.applyCoupon = async ({ couponCode }) => {
      asked.push(couponCode);
      if (couponCode === 'OLD') {
        throw new DomainError('COUPON_INVALID', 'This coupon has expired.', { reason: 'EXPIRED' });
      }
      return discounted;
    };
    upstreams.cart.removeCoupon = async () => cart();

    const taken = await call('POST', '/cart/coupon', { body: { couponCode: ' TEN ' } });
    const refused = await call('POST', '/cart/coupon', { body: { couponCode: 'OLD' } });
    const missing = await call('POST', '/cart/coupon', { body: {} });
    const removed = await call('DELETE', '/cart/coupon');

    expect(asked).toEqual(['TEN', 'OLD']);
    expect(taken.body['data']).toMatchObject({
      couponCode: 'TEN',
      discount: 5,
      total: 44.98,
      freeShipping: true,
    });
    expect([refused.status, refused.body['error'], refused.body['details']]).toEqual([
      422,
      'COUPON_INVALID',
      { reason: 'EXPIRED' },
    ]);
    expect([missing.status, missing.body['details']]).toMatchObject([
      400,
      { fields: [{ field: 'couponCode' }] },
    ]);
    expect([removed.status, removed.body['data']]).toEqual([200, restCart]);
  });

  it('is brought back by the link of a reminder', async () => {
    const asked: string[] = [];
    upstreams.cart.restoreCart = async ({ token }) => {
      asked.push(token);
      return cart();
    };
    expect((await call('POST', '/cart/restore', { body: { token: 'secret' } })).body['data']).toEqual(
      restCart,
    );
    expect(asked).toEqual(['secret']);
  });

  it('takes a product, whose price comes from the catalogue, and reports it', async () => {
    upstreams.cart.addItem = async () => cart({ items: [cartItem({ variantId: VARIANT_ID })] });
    const body = { productId: PRODUCT_ID, variantId: VARIANT_ID, quantity: 1, price: 0.01, name: 'Lamp' };
    const answer = await call('POST', '/cart/items', { body });
    expect([answer.status, answer.body['data']]).toEqual([
      201,
      { ...restCart, items: [{ ...restCart.items[0], variantId: VARIANT_ID }] },
    ]);
    await eventually(() => expect(reported).toHaveLength(1));
    expect(reported[0]).toMatchObject({
      eventType: 'add_to_cart',
      productId: PRODUCT_ID,
      variantId: VARIANT_ID,
      quantity: 1,
      price: 2499,
      source: 'gateway',
    });
  });

  it('does not report what was refused', async () => {
    upstreams.cart.addItem = async () => {
      throw new DomainError('INSUFFICIENT_STOCK', 'Only 1 left.', { available: 1 });
    };
    const answer = await call('POST', '/cart/items', {
      body: { productId: PRODUCT_ID, variantId: null, quantity: 9 },
    });
    expect([answer.status, answer.body['details']]).toEqual([409, { available: 1 }]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reported).toEqual([]);
  });

  it('is emptied also while it cannot be shown', async () => {
    let cleared = 0;
    upstreams.cart.getCart = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'The catalogue is away.');
    };
    upstreams.cart.clearCart = async () => {
      cleared += 1;
      return {};
    };
    const answer = await call('DELETE', '/cart/clear');
    expect([answer.status, answer.body, cleared]).toEqual([200, { success: true, data: null }, 1]);
    expect(reported).toEqual([]);
  });

  it('gives a line away by DELETE, by quantity 0 and with all others, each reported', async () => {
    upstreams.cart.getCart = async () => cart();
    upstreams.cart.removeItem = async () => cart({ items: [] });
    upstreams.cart.updateItem = async ({ quantity }) =>
      cart({ items: quantity === 0 ? [] : [cartItem({ quantity })] });
    upstreams.cart.clearCart = async () => ({});
    const path = `/cart/items/${LINE_ID}`;
    expect((await call('PUT', path, { body: { quantity: 5 } })).body['data']).toMatchObject({
      items: [{ quantity: 5 }],
    });
    expect((await call('DELETE', path)).body['data']).toMatchObject({ items: [] });
    expect((await call('PUT', path, { body: { quantity: 0 } })).body['data']).toMatchObject({ items: [] });
    expect((await call('DELETE', '/cart/clear')).body).toEqual({ success: true, data: null });
    await eventually(() => expect(reported).toHaveLength(3));
    for (const event of reported) {
      expect(event).toMatchObject({
        eventType: 'remove_from_cart',
        productId: PRODUCT_ID,
        quantity: 2,
        price: 2499,
      });
    }
  });
});
