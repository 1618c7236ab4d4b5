import { AdjustmentType } from '@vici/proto-gen/common';
import { OrderStatus } from '@vici/proto-gen/order';
import { useTestRedis } from '@vici/testing';
import { currentContext, DomainError } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import {
  ADDRESS_ID,
  LINE_ID,
  ORDER_ID,
  order,
  PRODUCT_ID,
  postal,
  UPDATED,
  usd,
} from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

let token = '';
let userId = '';

beforeEach(async () => {
  ({ token, userId } = await signIn(redis.client));
});

const UPDATED_TEXT = '2026-03-02T10:00:00.000Z';

const reduction = {
  type: AdjustmentType.PROMOTION,
  amount: usd(-500n),
  description: 'Ten percent',
  promotionId: LINE_ID,
  couponCode: 'TEN',
  included: false,
};
const restReduction = { ...reduction, type: 'PROMOTION', amount: -5 };

describe('checkout', () => {
  const purchase = { shippingAddressId: ADDRESS_ID, paymentMethod: 'pm_card_visa' };
  const line = {
    productId: PRODUCT_ID,
    quantity: 2,
    unitPrice: usd(2499n),
    totalPrice: usd(4998n),
    name: 'Lamp',
    sku: 'LAMP-1',
  };

  it('calculates, and tells what each total is made of', async () => {
    upstreams.order.calculate = async () => ({
      items: [{ ...line, discount: usd(500n), adjustments: [reduction] }],
      subtotal: usd(4998n),
      shipping: usd(599n),
      tax: usd(400n),
      discount: usd(500n),
      total: usd(5497n),
      savings: usd(1482n),
      adjustments: [reduction],
      taxIncluded: false,
      shippingMethod: 'standard',
      shippingMethods: [{ code: 'standard', name: 'Standard', price: usd(599n), leastDays: 3, mostDays: 5 }],
    });
    const answer = await call('POST', '/checkout/calculate', {
      token,
      body: { shippingAddressId: ADDRESS_ID },
    });
    expect(answer.body['data']).toEqual({
      items: [
        {
          productId: PRODUCT_ID,
          quantity: 2,
          unitPrice: 24.99,
          totalPrice: 49.98,
          name: 'Lamp',
          sku: 'LAMP-1',
          discount: 5,
          adjustments: [restReduction],
        },
      ],
      subtotal: 49.98,
      shipping: 5.99,
      tax: 4,
      discount: 5,
      total: 54.97,
      savings: 14.82,
      taxIncluded: false,
      shippingMethod: 'standard',
      shippingMethods: [
        { code: 'standard', name: 'Standard', price: 5.99, estimatedDays: { least: 3, most: 5 } },
      ],
      currency: 'USD',
      adjustments: [restReduction],
    });
  });

  it('opens a payment for an exact amount', async () => {
    const asked: unknown[] = [];
    upstreams.order.createPaymentIntent = async ({ amount }) => {
      asked.push(amount);
      return { id: 'pi_1', clientSecret: 'secret_1', ...(amount && { amount }), status: 'pending' };
    };
    const intent = (body: object) => call('POST', '/checkout/payment-intent', { token, body });
    const answer = await intent({ amount: 59.97, currency: 'usd' });
    expect(answer.body['data']).toEqual({
      id: 'pi_1',
      clientSecret: 'secret_1',
      amount: 59.97,
      currency: 'USD',
      status: 'pending',
    });
    // A discount may pay for all of it.
    expect((await intent({ amount: 0, currency: 'USD' })).body['data']).toMatchObject({ amount: 0 });
    for (const amount of [59.975, -1, '59.97', 1e21]) {
      const refused = await intent({ amount, currency: 'USD' });
      expect([refused.status, refused.body['error']]).toEqual([400, 'VALIDATION_FAILED']);
      expect(refused.body['details']).toMatchObject({ fields: [{ field: 'amount' }] });
    }
    expect(asked).toEqual([usd(5997n), usd(0n)]);
  });

  it('confirms, with ten seconds for the payment provider', async () => {
    let left = 0;
    upstreams.order.confirm = async () => {
      left = (currentContext()?.deadline ?? 0) - Date.now();
      return {
        orderId: ORDER_ID,
        paymentId: 'p1',
        status: 'success',
        total: usd(5997n),
        message: 'Thank you.',
      };
    };
    const answer = await call('POST', '/checkout/confirm', {
      token,
      body: { ...purchase, paymentIntentId: 'pi_1' },
    });
    expect(answer.body['data']).toEqual({
      orderId: ORDER_ID,
      paymentId: 'p1',
      status: 'success',
      total: 59.97,
      message: 'Thank you.',
    });
    expect(left).toBeGreaterThan(9000);
    expect(left).toBeLessThanOrEqual(10_000);
  });

  it('tells why a payment was declined', async () => {
    upstreams.order.confirm = async () => {
      throw new DomainError('PAYMENT_DECLINED', 'The card was declined.', { declineCode: 'card_declined' });
    };
    const answer = await call('POST', '/checkout/confirm', {
      token,
      body: { ...purchase, paymentIntentId: 'pi_1' },
    });
    expect([answer.status, answer.body['error'], answer.body['details']]).toEqual([
      402,
      'PAYMENT_DECLINED',
      { declineCode: 'card_declined' },
    ]);
  });
});

describe('orders', () => {
  const restAddress = { id: ADDRESS_ID, ...postal, isDefault: false };

  it('are listed by status, shown, followed and cancelled', async () => {
    let asked: unknown;
    upstreams.order.listOrders = async (request) => {
      asked = request;
      return { orders: [order(userId)], page: { page: 1, limit: 20, total: 1n } };
    };
    upstreams.order.getOrder = async () =>
      order(userId, {
        status: OrderStatus.SHIPPED,
        tracking: {
          trackingNumber: 'T1',
          carrier: 'Post',
          url: 'https://track.example/T1',
          shippedAt: UPDATED,
        },
      });
    upstreams.order.getOrderHistory = async () => ({
      entries: [{ status: OrderStatus.PENDING, note: '', timestamp: UPDATED, updatedBy: 'customer' }],
    });
    upstreams.order.cancelOrder = async ({ reason }) =>
      order(userId, { status: OrderStatus.CANCELLED, couponCode: reason });
    const list = await call('GET', '/orders?status=CONFIRMED', { token });
    expect(asked).toEqual({ page: { page: 0, limit: 0 }, status: OrderStatus.CONFIRMED });
    expect(list.body['data']).toMatchObject({
      data: [{ id: ORDER_ID, number: 'VIC-2026-000123', status: 'CONFIRMED', total: 59.97, currency: 'USD' }],
      pagination: { page: 1, limit: 20, total: 1, totalPages: 1 },
    });
    const one = await call('GET', `/orders/${ORDER_ID}`, { token });
    expect(one.body['data']).toMatchObject({
      status: 'SHIPPED',
      shippingAddress: { ...restAddress, userId },
      tracking: { trackingNumber: 'T1', shippedAt: UPDATED_TEXT },
    });
    const history = await call('GET', `/orders/${ORDER_ID}/history`, { token });
    expect(history.body['data']).toEqual([
      { status: 'PENDING', note: '', timestamp: UPDATED_TEXT, updatedBy: 'customer' },
    ]);
    const cancelled = await call('POST', `/orders/${ORDER_ID}/cancel`, {
      token,
      body: { reason: 'too late' },
    });
    expect(cancelled.body['data']).toMatchObject({ status: 'CANCELLED', couponCode: 'too late' });
    expect((await call('GET', '/orders?status=LOST', { token })).status).toBe(400);
  });

  it('are placed', async () => {
    upstreams.order.placeOrder = async () => {
      const placed = order(userId);
      const items = placed.items.map((item) => ({ ...item, discount: usd(500n), reductions: [reduction] }));
      return { ...placed, items };
    };
    const body = { shippingAddressId: ADDRESS_ID, billingAddressId: null, paymentMethod: 'pm_card_visa' };
    const answer = await call('POST', '/orders', { token, body });
    expect(answer.status).toBe(201);
    expect(answer.body['data']).toMatchObject({ id: ORDER_ID, userId, shipping: 5.99, tax: 4 });
    expect(answer.body['data']).toMatchObject({
      items: [{ quantity: 2, backordered: 1, discount: 5, reductions: [restReduction] }],
    });
  });
});
