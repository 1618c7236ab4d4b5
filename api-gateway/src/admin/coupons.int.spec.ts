import { type Promotion, PromotionType } from '@vici/proto-gen/cart';
import { useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED, usd } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

let token = '';
beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
});

const id = newId();
const productId = newId();
const rules: Promotion['rules'] = {
  code: 'SPRING',
  name: 'Spring',
  type: PromotionType.PERCENTAGE,
  basisPoints: 1_250,
  buyQuantity: 0,
  getQuantity: 0,
  productIds: [productId],
  categoryIds: [],
  minSubtotal: usd(2_000n),
  firstOrder: false,
  endsAt: CREATED,
  usageLimit: 100,
  exclusive: false,
  priority: 0,
  active: true,
};
const promotion: Promotion = { id, rules, usageCount: 7, createdAt: CREATED, updatedAt: CREATED };
const shown = {
  id,
  code: 'SPRING',
  name: 'Spring',
  type: 'PERCENTAGE',
  value: 12.5,
  currency: 'USD',
  usageLimit: 100,
  minSubtotal: 20,
  endsAt: CREATED.toISOString(),
  productIds: [productId],
  categoryIds: [],
  firstOrder: false,
  exclusive: false,
  priority: 0,
  active: true,
  usageCount: 7,
  createdAt: CREATED.toISOString(),
  updatedAt: CREATED.toISOString(),
};

describe('coupons, for the administration', () => {
  it('are listed and shown with how often they are used', async () => {
    const asked: unknown[] = [];
    upstreams.promotion.listPromotions = async (request) => {
      asked.push(request);
      return { promotions: [promotion], page: { page: 2, limit: 1, total: 3n } };
    };
    upstreams.promotion.getPromotion = async () => promotion;

    const list = await call('GET', '/admin/coupons?search=spr&active=true&sort=oldest&page=2&limit=1', {
      token,
    });
    const one = await call('GET', `/admin/coupons/${id}`, { token });

    expect(asked).toEqual([{ search: 'spr', active: true, oldestFirst: true, page: { page: 2, limit: 1 } }]);
    expect(list.body['data']).toEqual({
      data: [shown],
      pagination: { page: 2, limit: 1, total: 3, totalPages: 3 },
    });
    expect(one.body['data']).toEqual(shown);
  });

  it('are added in the contract’s shape, each kind of value as what it means', async () => {
    const asked: unknown[] = [];
    upstreams.promotion.createPromotion = async (request) => {
      asked.push(request.rules);
      return promotion;
    };
    const add = (body: Record<string, unknown>) => call('POST', '/admin/coupons', { token, body });

    const percentage = await add({
      code: 'SPRING',
      type: 'PERCENTAGE',
      value: 12.5,
      usageLimit: 100,
      perUserLimit: null,
      minSubtotal: 20,
      endsAt: CREATED.toISOString(),
      productIds: [productId],
    });
    await add({ code: 'FIVE', type: 'FIXED', value: 4.99, currency: 'EUR' });
    await add({ name: 'Two for one', type: 'BUY_X_GET_Y', buyQuantity: 1, getQuantity: 1, priority: 5 });
    await add({ code: 'SHIP', type: 'FREE_SHIPPING', value: 0, active: false });

    expect([percentage.status, percentage.body['data']]).toEqual([201, shown]);
    expect(asked).toMatchObject([
      {
        code: 'SPRING',
        name: 'SPRING',
        type: PromotionType.PERCENTAGE,
        basisPoints: 1_250,
        minSubtotal: usd(2_000n),
        endsAt: CREATED,
        usageLimit: 100,
        productIds: [productId],
        active: true,
      },
      { code: 'FIVE', type: PromotionType.FIXED, amount: { minor: 499n, currency: 'EUR' } },
      { name: 'Two for one', basisPoints: 10_000, buyQuantity: 1, getQuantity: 1, priority: 5 },
      { code: 'SHIP', type: PromotionType.FREE_SHIPPING, basisPoints: 0, active: false },
    ]);
  });

  it('are changed by the fields that are sent; null removes one', async () => {
    const asked: unknown[] = [];
    upstreams.promotion.getPromotion = async () => promotion;
    upstreams.promotion.updatePromotion = async (request) => {
      asked.push([request.id, request.fields.sort(), request.rules?.basisPoints, request.rules?.usageLimit]);
      return promotion;
    };

    const body = { value: 20, usageLimit: null, active: false };
    const answer = await call('PATCH', `/admin/coupons/${id}`, { token, body });

    expect(answer.body['data']).toEqual(shown);
    expect(asked).toEqual([[id, ['active', 'basisPoints', 'usageLimit'], 2_000, undefined]]);
  });

  it('are taken away', async () => {
    const asked: unknown[] = [];
    upstreams.promotion.deletePromotion = async (request) => {
      asked.push(request);
      return {};
    };
    const answer = await call('DELETE', `/admin/coupons/${id}`, { token });
    expect([answer.status, answer.body['data'], asked]).toEqual([200, null, [{ id }]]);
  });

  it('are refused with every bad field named, and are for administrators alone', async () => {
    const bad = await call('POST', '/admin/coupons', {
      token,
      body: { code: 'X', type: 'HALF', value: -1, usageLimit: 0, productIds: ['x'], startsAt: 'soon' },
    });
    const fine = await call('POST', '/admin/coupons', {
      token,
      body: { code: 'X', type: 'PERCENTAGE', value: 1.234 },
    });
    const customer = await signIn(redis.client);
    const other = await call('GET', '/admin/coupons', { token: customer.token });

    expect(bad.body['details']).toMatchObject({
      fields: expect.arrayContaining(
        ['type', 'value', 'usageLimit', 'productIds.0', 'startsAt'].map((field) =>
          expect.objectContaining({ field }),
        ),
      ),
    });
    expect(fine.body['details']).toMatchObject({ fields: [{ field: 'value' }] });
    expect(other.status).toBe(403);
  });
});
