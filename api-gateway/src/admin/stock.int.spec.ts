import type { StockEntry, StockLevel } from '@vici/proto-gen/inventory';
import { StockOperation } from '@vici/proto-gen/inventory';
import { useTestRedis } from '@vici/testing';
import { DomainError, newId, notFound } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { PRODUCT_ID, product, usd, VARIANT_ID } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
const PATH = `/admin/products/${PRODUCT_ID}/stock`;
let token = '';

const level = (sku: string, onHand: number, reserved: number): StockLevel => ({
  sku,
  productId: PRODUCT_ID,
  onHand,
  reserved,
  available: onHand - reserved,
  orderable: onHand - reserved,
  version: 1n,
});
const entry = (sku: string, onHand: number): StockEntry => ({
  level: level(sku, onHand, 1),
  lowStockThreshold: 5,
});

beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
  upstreams.catalogueAdmin.getAdminProduct = async () => ({
    product: product(),
    categorySlug: 'lighting',
    price: usd(2499n),
    variants: [],
  });
});

describe('the stock of a product', () => {
  it('is changed by variant and told over all its SKUs', async () => {
    const asked: unknown[] = [];
    upstreams.inventory.changeStock = async ({ changes, reason, reference }) => {
      asked.push(changes, reason);
      expect(reference).not.toBe('');
      return { levels: [] };
    };
    upstreams.inventory.getStock = async ({ skus }) => ({
      levels: skus.map((sku, index) => level(sku, index * 10, index)),
    });
    const warehouseId = newId();
    const body = { variantId: VARIANT_ID, warehouseId, quantity: 5, operation: 'ADD', reason: 'delivery' };

    const answer = await call('PATCH', PATH, { token, body });

    expect([answer.status, answer.body['data']]).toEqual([
      200,
      { productId: PRODUCT_ID, available: 9, reserved: 1, total: 10 },
    ]);
    const operation = StockOperation.ADD;
    const sent = { sku: 'LAMP-1-B', productId: PRODUCT_ID, variantId: VARIANT_ID, warehouseId };
    expect(asked).toEqual([[{ ...sent, operation, quantity: 5 }], 'delivery']);
  });

  it('is not changed by bad input, whose field is named', async () => {
    upstreams.inventory.changeStock = async () => {
      const fields = [{ field: 'changes[0].quantity', message: 'must leave less' }];
      throw new DomainError('VALIDATION_FAILED', 'Wrong.', { fields });
    };
    const good = { variantId: VARIANT_ID, quantity: 5, operation: 'ADD', reason: 'delivery' };
    const fieldsOf = async (over: Record<string, unknown>) => {
      const { status, body } = await call('PATCH', PATH, { token, body: { ...good, ...over } });
      const { fields } = { fields: [], ...(typeof body['details'] === 'object' && body['details']) };
      return [status, fields.map(({ field }) => field)];
    };

    expect(await fieldsOf({ quantity: 0 })).toEqual([400, ['quantity']]);
    expect(await fieldsOf({ quantity: 1.5 })).toEqual([400, ['quantity']]);
    expect(await fieldsOf({ operation: 'TAKE' })).toEqual([400, ['operation']]);
    expect(await fieldsOf({ reason: ' ' })).toEqual([400, ['reason']]);
    expect(await fieldsOf({ variantId: undefined })).toEqual([400, ['variantId']]);
    expect(await fieldsOf({})).toEqual([400, ['quantity']]);
    expect((await fieldsOf({ variantId: newId() }))[0]).toBe(404);
  });

  it('does not go below what is there', async () => {
    upstreams.inventory.changeStock = async () => {
      throw new DomainError('INSUFFICIENT_STOCK', 'Not enough.', {
        lines: [{ sku: 'LAMP-1-B', requested: 5, available: 2 }],
      });
    };
    const body = { variantId: VARIANT_ID, quantity: 5, operation: 'SUBTRACT', reason: 'broken' };
    const answer = await call('PATCH', PATH, { token, body });
    expect([answer.status, answer.body['error']]).toEqual([409, 'INSUFFICIENT_STOCK']);
  });

  it('is the business of those who may write it', async () => {
    const { token: support } = await signIn(redis.client, { role: 'support' });
    const body = { quantity: 5, operation: 'SET', reason: 'count' };
    expect((await call('PATCH', PATH, { token: support, body })).status).toBe(403);
    expect((await call('POST', '/admin/stock-drift/repairs', { token: support, body })).status).toBe(403);
  });
});

describe('stock of many SKUs', () => {
  const BULK = '/admin/stock/bulk';
  const line = (sku: string, over: Record<string, unknown> = {}) => ({
    ...{ sku, operation: 'ADD', quantity: 5 },
    ...over,
  });
  const send = async (lines: unknown[], over: Record<string, unknown> = {}) => {
    const { status, body } = await call('POST', BULK, {
      token,
      body: { reason: 'delivery', lines, ...over },
    });
    const { fields } = { fields: [], ...(typeof body['details'] === 'object' && body['details']) };
    return { status, body, fields: fields.map(({ field }) => field) };
  };
  let changes: unknown[] = [];

  beforeEach(() => {
    changes = [];
    upstreams.inventory.getStock = async ({ skus }) => {
      expect(skus.length).toBeLessThanOrEqual(500);
      return {
        levels: skus.map((sku) => ({ ...level(sku, 0, 0), productId: sku === 'NEW' ? '' : PRODUCT_ID })),
      };
    };
    upstreams.product.getProducts = async ({ ids }) => ({
      products: ids.flatMap((id) => (id === PRODUCT_ID ? [product()] : [])),
    });
    upstreams.inventory.changeStock = async (request) => {
      changes.push(request.reason, ...request.changes);
      const levels = new Map(request.changes.map(({ sku, quantity }) => [sku, level(sku, quantity, 1)]));
      return { levels: [...levels.values()] };
    };
  });

  it('is changed in one request, each for the product it is stocked for or the one its line names', async () => {
    const warehouseId = newId();
    const lines = [
      line('OLD', { operation: 'SET', quantity: 0, warehouseId }),
      line('LAMP-1-B', { productId: PRODUCT_ID }),
      line('LAMP-1', { productId: PRODUCT_ID, operation: 'SUBTRACT', quantity: 2 }),
    ];

    const { status, body } = await send(lines);

    expect(status).toBe(200);
    expect(changes).toEqual([
      'delivery',
      { sku: 'OLD', productId: PRODUCT_ID, warehouseId, operation: StockOperation.SET, quantity: 0 },
      {
        ...{ sku: 'LAMP-1-B', productId: PRODUCT_ID, variantId: VARIANT_ID },
        ...{ operation: StockOperation.ADD, quantity: 5 },
      },
      { sku: 'LAMP-1', productId: PRODUCT_ID, operation: StockOperation.SUBTRACT, quantity: 2 },
    ]);
    const told = { productId: PRODUCT_ID, reserved: 1 };
    expect(body['data']).toEqual({
      lines: [
        { ...told, sku: 'OLD', operation: 'SET', quantity: 0, available: -1, total: 0 },
        { ...told, sku: 'LAMP-1-B', operation: 'ADD', quantity: 5, available: 4, total: 5 },
        { ...told, sku: 'LAMP-1', operation: 'SUBTRACT', quantity: 2, available: 1, total: 2 },
      ],
    });
  });

  it('may be of a thousand, and of no more', async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => line(`A-${index}`));
    expect((await send(lines)).status).toBe(200);
    expect(changes).toHaveLength(1_001);
    expect(await send([...lines, line('ONE-MORE')])).toMatchObject({ status: 400, fields: ['lines'] });
    expect(await send([])).toMatchObject({ status: 400, fields: ['lines'] });
  });

  it('is not changed where a line is bad, and every bad one is named with its field', async () => {
    const good = line('OLD');
    const refused = async (...bad: unknown[]) => (await send([good, ...bad])).fields;

    expect(await refused(line('A', { quantity: 0 }), line('B', { operation: 'TAKE' }))).toEqual([
      'lines.1.quantity',
      'lines.2.operation',
    ]);
    expect(await refused(line(' '), line('A\u0007'), { quantity: 1, operation: 'SET' })).toEqual([
      ...['lines.1.sku', 'lines.2.sku', 'lines.3.sku'],
    ]);
    expect(
      await refused(line('NEW'), line('A', { productId: newId() }), line('A', { productId: PRODUCT_ID })),
    ).toEqual(['lines.1.productId', 'lines.2.productId', 'lines.3.sku']);
    expect((await send([good], { reason: '' })).fields).toEqual(['reason']);
    expect(changes).toEqual([]);
  });

  it('names the lines that inventory refuses', async () => {
    const warehouseId = newId();
    const fail = (error: DomainError) => {
      upstreams.inventory.changeStock = async () => {
        throw error;
      };
      return send([line('A'), line('B', { warehouseId })]);
    };
    const tooMany = { fields: [{ field: 'changes[1].quantity', message: 'must leave less' }] };
    const short = { lines: [{ sku: 'B', requested: 5, available: 2, index: 1 }] };

    const [full, lost, gone] = [
      await fail(new DomainError('VALIDATION_FAILED', 'Wrong.', tooMany)),
      await fail(notFound('warehouse', warehouseId)),
      await fail(new DomainError('INSUFFICIENT_STOCK', 'Not enough.', short)),
    ];

    expect([full.status, full.fields]).toEqual([400, ['lines.1.quantity']]);
    expect([lost.status, lost.fields]).toEqual([400, ['lines.1.warehouseId']]);
    expect([gone.status, gone.body['error'], gone.body['details']]).toEqual([
      409,
      'INSUFFICIENT_STOCK',
      short,
    ]);
  });

  it('changes once however often the request is sent under its key', async () => {
    const options = {
      token,
      body: { reason: 'delivery', lines: [line('OLD')] },
      headers: { 'idempotency-key': newId() },
    };
    const [first, again] = [await call('POST', BULK, options), await call('POST', BULK, options)];
    expect([first.status, again.body['data']]).toEqual([200, first.body['data']]);
    expect(changes).toHaveLength(2);
  });

  it('is the business of those who may write it', async () => {
    const { token: support } = await signIn(redis.client, { role: 'support' });
    const body = { reason: 'delivery', lines: [line('OLD')] };
    expect((await call('POST', BULK, { token: support, body })).status).toBe(403);
    expect(changes).toEqual([]);
  });
});

describe('stock of the administration', () => {
  it('is listed with filters and exported page after page', async () => {
    const asked: unknown[] = [];
    upstreams.stockAdmin.listStock = async (request) => {
      asked.push(request);
      const { page: number = 1, cursor } = request.page ?? {};
      const page = cursor === undefined ? number || 1 : Number(cursor);
      const nextCursor = page === 1 ? '2' : undefined;
      return { entries: [entry(`A-${page}`, page * 4)], page: { page, limit: 1, total: 2n, nextCursor } };
    };

    const list = await call(
      'GET',
      '/admin/stock?low=true&depleted=false&search=A&sort=available&page=2&limit=1',
      { token },
    );
    const file = await call('GET', '/admin/stock/export?low=true', { token });

    const shown = { sku: 'A-2', productId: PRODUCT_ID, available: 7, orderable: 7, reserved: 1, total: 8 };
    expect(list.body['data']).toEqual({
      data: [{ ...shown, lowStockThreshold: 5, isLow: false }],
      pagination: { page: 2, limit: 1, total: 2, totalPages: 2 },
    });
    expect(asked[0]).toEqual({
      low: true,
      depleted: false,
      search: 'A',
      fewestFirst: true,
      page: { page: 2, limit: 1 },
    });
    expect(file.text.split('\r\n').slice(1)).toEqual([
      `A-1,${PRODUCT_ID},,3,1,4,3,,5,true`,
      `A-2,${PRODUCT_ID},,7,1,8,7,,5,false`,
      '',
    ]);
  });

  it('takes a threshold for a SKU; null gives the one of the shop back', async () => {
    const asked: unknown[] = [];
    upstreams.stockAdmin.setStockPolicy = async (request) => {
      asked.push(request);
      return entry('A-1', 4);
    };
    const set = await call('PATCH', '/admin/stock/A-1', { token, body: { lowStockThreshold: 7 } });
    await call('PATCH', '/admin/stock/A-1', { token, body: { lowStockThreshold: null } });
    const bad = await call('PATCH', '/admin/stock/A-1', { token, body: { lowStockThreshold: -1 } });
    expect([set.status, bad.status]).toEqual([200, 400]);
    expect(asked).toEqual([{ sku: 'A-1', lowStockThreshold: 7 }, { sku: 'A-1' }]);
  });

  it('takes a flag for backorders of a SKU, with or without a limit', async () => {
    const asked: unknown[] = [];
    upstreams.stockAdmin.setBackorderPolicy = async (request) => {
      asked.push(request);
      const waiting = { ...level('A-1', 0, 0), orderable: 9, backorderLimit: 9 };
      return { level: waiting, lowStockThreshold: 5 };
    };
    const put = (body: unknown) => call('PUT', '/admin/stock/A-1/backorders', { token, body });
    const set = await put({ allowed: true, limit: 9 });
    await put({ allowed: false });
    const bad = await put({ allowed: true, limit: 0 });

    expect(set.body['data']).toMatchObject({ sku: 'A-1', available: 0, orderable: 9, backorderLimit: 9 });
    expect([bad.status, (await put({})).status]).toEqual([400, 400]);
    expect(asked).toEqual([
      { sku: 'A-1', allowed: true, limit: 9 },
      { sku: 'A-1', allowed: false },
    ]);
  });

  it('is checked for drift, and repaired for a reason', async () => {
    const drift = {
      sku: 'A-1',
      warehouseId: newId(),
      onHand: 12,
      ledger: 10,
      reserved: 5,
      held: 3,
      productId: PRODUCT_ID,
      productAvailable: 99,
      productSum: 7,
      backordered: 1,
      waiting: 0,
    };
    upstreams.stockAdmin.checkDrift = async () => ({ drifts: [drift], found: 1, repaired: 0 });
    upstreams.stockAdmin.repairDrift = async ({ reason }) => {
      expect(reason).toBe('counted');
      return { drifts: [drift], found: 1, repaired: 1 };
    };
    const repair = (body: unknown) => call('POST', '/admin/stock-drift/repairs', { token, body });
    const report = await call('GET', '/admin/stock-drift', { token });
    const repaired = await repair({ reason: 'counted' });
    expect(report.body['data']).toEqual({ drifts: [drift], found: 1, repaired: 0 });
    expect([repaired.status, (await repair({})).status]).toEqual([200, 400]);
  });
});
