import { createEvent } from '@vici/events';
import { InvoiceKind, OrderStatus, ReturnStatus } from '@vici/proto-gen/order';
import { eventually, useTestRedis } from '@vici/testing';
import { newId, notFound } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED, LINE_ID, ORDER_ID, order, UPDATED, usd } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const gateway = useGateway();
const { upstreams, call } = gateway;

let token = '';
let userId = '';

beforeEach(async () => {
  ({ token, userId } = await signIn(redis.client));
});

const asked = () => ({
  id: ORDER_ID,
  orderId: ORDER_ID,
  orderNumber: 'VIC-2026-000123',
  userId,
  status: ReturnStatus.REQUESTED,
  reason: 'too bright',
  note: '',
  lines: [{ orderItemId: LINE_ID, quantity: 1 }],
  value: usd(2699n),
  createdAt: CREATED,
  updatedAt: UPDATED,
});

function shipped(orderId: string) {
  const address = {
    firstName: 'A',
    lastName: 'B',
    addressLine1: '1',
    city: 'C',
    state: 'S',
    postalCode: '1',
  };
  const amount = { amountMinor: 100, currency: 'USD' };
  return createEvent('order.shipped', {
    subject: orderId,
    data: {
      order: {
        orderId,
        number: 'VIC-2026-000123',
        userId,
        email: 'ada@example.com',
        status: 'SHIPPED',
        items: [],
        subtotal: amount,
        shipping: amount,
        tax: amount,
        discount: amount,
        total: amount,
        shippingAddress: { ...address, country: 'US' },
        placedAt: CREATED.toISOString(),
      },
      occurredAt: UPDATED.toISOString(),
      tracking: { trackingNumber: 'T1', carrier: 'Post', url: 'https://post.example/T1' },
    },
  });
}

describe('the stream of an order', () => {
  it('begins with its status, and tells of each change', async () => {
    upstreams.order.getOrder = async () => order(userId);
    const leaving = new AbortController();
    const response = await fetch(`${gateway.url}/api/orders/${ORDER_ID}/stream`, {
      headers: { authorization: `Bearer ${token}`, connection: 'close' },
      signal: leaving.signal,
    });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
    })().catch(() => undefined);
    await eventually(() => expect(text).toContain('"status":"CONFIRMED"'));
    await gateway.service.publish(shipped(newId()));
    const event = shipped(ORDER_ID);
    await gateway.service.publish(event);
    await eventually(() => expect(text).toContain(`id: ${event.id}`));
    expect(text.match(/"status":"SHIPPED"/g)).toHaveLength(1);
    expect(text).toContain('"trackingNumber":"T1"');
    leaving.abort();
    await reading;
  });

  it('of another user is not opened', async () => {
    upstreams.order.getOrder = async () => {
      throw notFound('Order', ORDER_ID);
    };
    expect((await call('GET', `/orders/${ORDER_ID}/stream`, { token })).status).toBe(404);
    expect((await call('GET', `/orders/${ORDER_ID}/stream`)).status).toBe(401);
  });
});

describe('the papers of an order', () => {
  it('are listed, and come as PDF under their number', async () => {
    const paper = {
      id: newId(),
      number: 'INV-2026-000007',
      kind: InvoiceKind.INVOICE,
      total: usd(5997n),
      issuedAt: UPDATED,
    };
    upstreams.order.listInvoices = async () => ({ invoices: [paper] });
    upstreams.order.getInvoice = async () => ({ invoice: paper, pdf: Buffer.from('%PDF-1.3') });
    const list = await call('GET', `/orders/${ORDER_ID}/invoices`, { token });
    expect(list.body['data']).toEqual([
      {
        number: 'INV-2026-000007',
        kind: 'INVOICE',
        total: 59.97,
        currency: 'USD',
        issuedAt: UPDATED.toISOString(),
      },
    ]);
    const pdf = await call('GET', `/orders/${ORDER_ID}/invoice`, { token });
    expect([pdf.status, pdf.text]).toEqual([200, '%PDF-1.3']);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.headers.get('content-disposition')).toBe('inline; filename="INV-2026-000007.pdf"');
  });
});

describe('a return', () => {
  it('is asked for and listed', async () => {
    let request: unknown;
    upstreams.order.requestReturn = async (message) => {
      request = message;
      return asked();
    };
    upstreams.order.listReturns = async () => ({ returns: [asked()] });
    const body = { lines: [{ orderItemId: LINE_ID, quantity: 1 }], reason: 'too bright' };
    const made = await call('POST', `/orders/${ORDER_ID}/returns`, { token, body });
    expect(made.status).toBe(201);
    expect(made.body['data']).toMatchObject({ status: 'REQUESTED', value: 26.99, currency: 'USD' });
    expect(request).toMatchObject({ orderId: ORDER_ID, ...body });
    const list = await call('GET', `/orders/${ORDER_ID}/returns`, { token });
    expect(list.body['data']).toEqual([made.body['data']]);
    const bad = await call('POST', `/orders/${ORDER_ID}/returns`, { token, body: { lines: [], reason: '' } });
    expect(bad.body['details']).toMatchObject({ fields: [{ field: 'lines' }, { field: 'reason' }] });
  });

  it('is decided on by those who may', async () => {
    const changes: unknown[] = [];
    upstreams.order.advanceReturn = async (message) => {
      changes.push(message);
      return { ...asked(), status: message.status };
    };
    const admin = await signIn(redis.client, { role: 'admin' });
    const path = `/admin/returns/${ORDER_ID}`;
    const body = { status: 'REFUNDED', amount: 12.5 };
    const done = await call('PATCH', path, { token: admin.token, body });
    expect(done.body['data']).toMatchObject({ status: 'REFUNDED' });
    await call('PATCH', path, { token: admin.token, body: { status: 'RECEIVED', restock: [] } });
    expect(changes).toMatchObject([
      { status: ReturnStatus.REFUNDED, amount: usd(1250n), noneRestocked: false },
      { status: ReturnStatus.RECEIVED, noneRestocked: true },
    ]);
    const support = await signIn(redis.client, { role: 'support' });
    expect((await call('PATCH', path, { token: support.token, body })).status).toBe(403);
  });
});

describe('orders in the administration', () => {
  it('are searched and exported by what they are narrowed by', async () => {
    const { token: admin } = await signIn(redis.client, { role: 'admin' });
    let asked: unknown;
    upstreams.order.searchOrders = async (request) => {
      asked = request;
      return {
        orders: [order(userId, { email: 'ada@example.com' })],
        page: { page: 1, limit: 20, total: 1n },
      };
    };
    const query = 'search=VIC&status=CONFIRMED,SHIPPED&from=2026-01-01&country=GB';
    const list = await call('GET', `/admin/orders?${query}&sort=oldest`, { token: admin });
    expect(list.body['data']).toMatchObject({
      data: [{ id: ORDER_ID, email: 'ada@example.com', refunded: 0 }],
    });
    const filter = {
      search: 'VIC',
      statuses: [OrderStatus.CONFIRMED, OrderStatus.SHIPPED],
      placedFrom: new Date('2026-01-01T00:00:00Z'),
      country: 'GB',
    };
    expect(asked).toMatchObject({ filter, oldestFirst: true });

    upstreams.order.scanOrders = async (request) => {
      asked = request;
      return request.cursor === ''
        ? { orders: [order(userId, { number: 'VIC-1' })], nextCursor: 'more' }
        : { orders: [order(userId, { number: '=VIC-2' })], nextCursor: '' };
    };
    const csv = await call('GET', `/admin/orders/export?${query}&sort=oldest`, { token: admin });
    const numbers = csv.text.split('\r\n').map((row) => row.split(',')[0]);
    expect(numbers).toEqual([
      expect.stringMatching(/number$/),
      'VIC-1',
      expect.stringMatching(/^'=VIC-2$/),
      '',
    ]);
    expect(asked).toMatchObject({ filter, cursor: 'more', oldestFirst: true });
  });

  it('are moved on, cancelled and refunded', async () => {
    const { token: admin } = await signIn(redis.client, { role: 'admin' });
    const seen: unknown[] = [];
    upstreams.order.advanceOrder = async (request) => {
      seen.push(request);
      return order(userId, { status: request.status });
    };
    upstreams.order.cancelOrder = async ({ reason }) => order(userId, { couponCode: reason });
    const change = (body: object, by = admin) =>
      call('PATCH', `/admin/orders/${ORDER_ID}`, { token: by, body });
    const tracking = { trackingNumber: 'T1', carrier: 'Post', url: 'https://post.example/T1' };
    const moved = await change({ status: 'SHIPPED', tracking, note: 'two parcels' });
    expect(moved.body['data']).toMatchObject({ status: 'SHIPPED' });
    expect((await change({ status: 'CANCELLED', note: 'fraud' })).body['data']).toMatchObject({
      couponCode: 'fraud',
    });
    expect((await change({ status: 'PENDING' })).body['details']).toMatchObject({
      fields: [{ field: 'status' }],
    });
    expect((await change({ status: 'SHIPPED' }, token)).status).toBe(403);

    upstreams.order.getOrder = async () => order(userId);
    upstreams.order.refundOrder = async (request) => {
      seen.push(request);
      return order(userId, { refunded: usd(1250n) });
    };
    const refund = (body: object) =>
      call('POST', `/admin/orders/${ORDER_ID}/refunds`, { token: admin, body });
    expect((await refund({ amount: 12.5, reason: 'scratched' })).body['data']).toMatchObject({
      refunded: 12.5,
    });
    expect((await refund({ amount: 12.505, reason: 'x' })).body['details']).toMatchObject({
      fields: [{ field: 'amount' }],
    });
    expect(seen).toMatchObject([
      { status: OrderStatus.SHIPPED, tracking, note: 'two parcels' },
      { amount: usd(1250n), reason: 'scratched', restock: [] },
    ]);
  });
});
