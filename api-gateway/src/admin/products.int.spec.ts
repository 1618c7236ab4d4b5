import { type AdminProduct, ImportFormat, ProductStatus } from '@vici/proto-gen/product';
import { useTestRedis } from '@vici/testing';
import { DomainError } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED, PRODUCT_ID, product, UPDATED, usd, VARIANT_ID } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
const PATH = `/admin/products/${PRODUCT_ID}`;
let token = '';

const kept = (over: Partial<AdminProduct> = {}): AdminProduct => ({
  product: product({ price: usd(1999n) }),
  categorySlug: 'lighting',
  price: usd(2499n),
  originalPrice: usd(2990n),
  sale: { price: usd(1999n), startsAt: CREATED, endsAt: UPDATED },
  variants: [{ id: VARIANT_ID, price: usd(2599n), salePrice: usd(2100n) }],
  ...over,
});

beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
});

describe('products of the administration', () => {
  it('show what they cost in and out of the sale, with their version as the ETag', async () => {
    upstreams.catalogueAdmin.getAdminProduct = async () => kept();
    const answer = await call('GET', PATH, { token });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"3"']);
    expect(answer.body['data']).toMatchObject({
      price: 24.99,
      originalPrice: 29.9,
      currentPrice: 19.99,
      categorySlug: 'lighting',
      sale: { price: 19.99, startsAt: CREATED.toISOString(), endsAt: UPDATED.toISOString() },
      variantPrices: [{ id: VARIANT_ID, price: 25.99, salePrice: 21 }],
      weightGrams: 800,
      version: 3,
    });
  });

  it('change in the given fields, from the version that was read', async () => {
    const asked: unknown[] = [];
    upstreams.catalogueAdmin.getAdminProduct = async () => kept();
    upstreams.catalogueAdmin.updateProduct = async (request) => {
      asked.push([request.fields, request.version, request.changes?.price, request.changes?.sale]);
      if (asked.length > 1)
        throw new DomainError('VERSION_MISMATCH', 'Changed.', { expected: 2, current: 3 });
      return kept();
    };
    const body = { price: 20.5, sale: null, categoryId: 'lamps', unknown: 1 };
    const first = await call('PATCH', PATH, { token, body, headers: { 'if-match': '"3"' } });
    const second = await call('PATCH', PATH, { token, body: { ...body, version: 2 } });
    expect([first.status, second.status, second.body['error']]).toEqual([200, 412, 'VERSION_MISMATCH']);
    expect(asked).toEqual(
      [3n, 2n].map((version) => [['price', 'sale', 'categorySlug'], version, usd(2050n), undefined]),
    );
    const wrong = await call('PATCH', PATH, { token, body, headers: { 'if-match': 'three' } });
    expect([wrong.status, wrong.body['error']]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('are made with bad fields named as they were written', async () => {
    upstreams.catalogueAdmin.createProduct = async () => {
      const fields = [{ field: 'categorySlug', message: 'is not a category' }];
      throw new DomainError('VALIDATION_FAILED', 'Wrong.', { fields });
    };
    const body = { sku: 'A', name: 'A', price: 1.005, categoryId: 'x' };
    const decimals = await call('POST', '/admin/products', { token, body });
    const unknown = await call('POST', '/admin/products', { token, body: { ...body, price: 1 } });
    const missing = await call('POST', '/admin/products', { token, body: {} });
    expect([decimals, unknown, missing].map(({ status, body: { details } }) => [status, details])).toEqual([
      [400, { fields: [{ field: 'price', message: 'must be an amount with at most the decimals of USD' }] }],
      [400, { fields: [{ field: 'categoryId', message: 'is not a category' }] }],
      [
        400,
        {
          fields: ['name', 'price', 'categoryId', 'sku'].map((field) => ({ field, message: 'is required' })),
        },
      ],
    ]);
  });

  it.each([
    ['csv', ImportFormat.CSV, 'text/csv; charset=utf-8'],
    ['jsonl', ImportFormat.JSONL, 'application/x-ndjson; charset=utf-8'],
  ])('are exported as %s, piece after piece', async (name, format, contentType) => {
    const asked: unknown[] = [];
    upstreams.productImport.exportProductFile = async (request) => {
      asked.push([request.format, request.filter?.status, request.afterId]);
      return request.afterId === ''
        ? { text: 'one\n', products: 1, nextAfterId: PRODUCT_ID }
        : { text: 'two\n', products: 1 };
    };
    const answer = await call('GET', `/admin/products/export?status=ACTIVE&format=${name}`, { token });
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
      200,
      'one\ntwo\n',
      contentType,
    ]);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="products.${name}"`);
    expect(asked).toEqual(['', PRODUCT_ID].map((afterId) => [format, ProductStatus.ACTIVE, afterId]));
  });

  it('are for those who may', async () => {
    const { token: customer } = await signIn(redis.client);
    expect((await call('GET', PATH, { token: customer })).status).toBe(403);
    expect((await call('DELETE', PATH)).status).toBe(401);
  });
});

describe('categories of the administration', () => {
  it('are moved by the id of the parent and keep what is not given', async () => {
    const parent = {
      id: PRODUCT_ID,
      slug: 'home',
      name: 'Home',
      description: '',
      image: '',
      productCount: 0,
      isActive: true,
      sortOrder: 0,
    };
    let asked: unknown;
    upstreams.catalogueAdmin.listAdminCategories = async () => ({ categories: [parent] });
    upstreams.catalogueAdmin.updateCategory = async ({ changes, fields }) => {
      asked = [changes?.parentSlug, fields];
      return parent;
    };
    const answer = await call('PATCH', `/admin/categories/${VARIANT_ID}`, {
      token,
      body: { parentId: PRODUCT_ID, icon: null },
    });
    expect([answer.status, asked]).toEqual([200, ['home', ['parentSlug', 'icon']]]);
  });

  it('lose nothing without an heir', async () => {
    upstreams.catalogueAdmin.deleteCategory = async ({ heirId }) => {
      if (heirId === undefined)
        throw new DomainError('CONFLICT', 'The category has products.', { products: 2 });
      return {};
    };
    const path = `/admin/categories/${VARIANT_ID}`;
    expect((await call('DELETE', path, { token })).status).toBe(409);
    expect((await call('DELETE', `${path}?heirId=${PRODUCT_ID}`, { token })).status).toBe(200);
  });
});
