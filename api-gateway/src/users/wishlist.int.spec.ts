import type { IngestRequest } from '@vici/proto-gen/event';
import type { WishlistItem } from '@vici/proto-gen/user';
import { eventually, useTestRedis } from '@vici/testing';
import { DomainError, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED, PRODUCT_ID, usd } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
const ITEM_ID = newId();

let token = '';
let userId = '';
let reported: IngestRequest['events'][number][] = [];

beforeEach(async () => {
  ({ token, userId } = await signIn(redis.client));
  reported = [];
  upstreams.event.ingestForShoppers = async ({ shoppers }) => {
    reported.push(...shoppers.flatMap(({ events }) => events));
    return {};
  };
});

const image = 'http://localhost:9000/lamp.png';
const item = (): WishlistItem => ({
  id: ITEM_ID,
  userId,
  product: { id: PRODUCT_ID, name: 'Lamp', price: usd(2499n), image, rating: 4.5, stock: 3 },
  addedAt: CREATED,
});
const restItem = () => ({
  id: ITEM_ID,
  userId,
  productId: PRODUCT_ID,
  product: { id: PRODUCT_ID, name: 'Lamp', price: 24.99, image, rating: 4.5, stock: 3 },
  addedAt: '2026-03-01T10:00:00.000Z',
});
const nothingMore = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('the wishlist', () => {
  it('is shown with prices in major units', async () => {
    upstreams.user.listWishlist = async () => ({ items: [item()] });

    const answer = await call('GET', '/users/wishlist', { token });

    expect([answer.status, answer.body['data']]).toEqual([200, [restItem()]]);
  });

  it('takes a product and reports it once, not again when it was there before', async () => {
    const asked: unknown[] = [];
    upstreams.user.addToWishlist = async (request) => {
      asked.push(request);
      return { item: item(), added: asked.length === 1 };
    };
    const body = { productId: PRODUCT_ID.toUpperCase(), price: 0.01 };

    const first = await call('POST', '/users/wishlist', { token, body });
    const second = await call('POST', '/users/wishlist', { token, body });

    expect([first.status, first.body['data']]).toEqual([201, restItem()]);
    expect([second.status, second.body['data']]).toEqual([201, restItem()]);
    expect(asked).toEqual([{ productId: PRODUCT_ID }, { productId: PRODUCT_ID }]);
    await eventually(() => expect(reported).toHaveLength(1));
    await nothingMore();
    expect(reported).toHaveLength(1);
    expect(reported[0]).toMatchObject({
      eventType: 'wishlist_add',
      productId: PRODUCT_ID,
      price: 2499,
      source: 'gateway',
    });
  });

  it('lets a product go and reports it, not when there was none', async () => {
    const there = [true, false];
    upstreams.user.removeFromWishlist = async () => ({ removed: there.shift() ?? false });
    const path = `/users/wishlist/${PRODUCT_ID}`;

    const first = await call('DELETE', path, { token });
    const second = await call('DELETE', path, { token });

    expect(first.body).toEqual({ success: true, data: null });
    expect(second.body).toEqual({ success: true, data: null });
    await eventually(() => expect(reported).toHaveLength(1));
    await nothingMore();
    expect(reported).toHaveLength(1);
    expect(reported[0]).toMatchObject({ eventType: 'wishlist_remove', productId: PRODUCT_ID });
  });

  it.each([
    ['PRODUCT_UNAVAILABLE', 409],
    ['LIMIT_EXCEEDED', 422],
    ['SERVICE_UNAVAILABLE', 503],
  ] as const)('passes %s on and reports nothing', async (code, status) => {
    upstreams.user.addToWishlist = async () => {
      throw new DomainError(code, 'Not now.');
    };

    const answer = await call('POST', '/users/wishlist', { token, body: { productId: PRODUCT_ID } });

    expect([answer.status, answer.body['error']]).toEqual([status, code]);
    await nothingMore();
    expect(reported).toEqual([]);
  });

  it('names a bad product id, and asks nobody', async () => {
    const added = await call('POST', '/users/wishlist', { token, body: { productId: 'lamp' } });
    const empty = await call('POST', '/users/wishlist', { token, body: {} });
    const removed = await call('DELETE', '/users/wishlist/lamp', { token });

    for (const answer of [added, empty, removed]) {
      expect([answer.status, answer.body['error']]).toEqual([400, 'VALIDATION_FAILED']);
      expect(answer.body['details']).toMatchObject({ fields: [{ field: 'productId' }] });
    }
  });

  it('is for signed-in shoppers', async () => {
    const answers = await Promise.all([
      call('GET', '/users/wishlist'),
      call('POST', '/users/wishlist', { body: { productId: PRODUCT_ID } }),
      call('DELETE', `/users/wishlist/${PRODUCT_ID}`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });
});
