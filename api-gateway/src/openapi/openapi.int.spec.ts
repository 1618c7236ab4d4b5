import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { RouteCatalogue } from './route-catalogue.js';

const gateway = useGateway();

const schemaSchema = z.looseObject({});
const contentSchema = z.record(z.string(), z.object({ schema: schemaSchema }));
const operationSchema = z.object({
  operationId: z.string().min(1),
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query', 'header']),
      required: z.boolean(),
      schema: schemaSchema,
    }),
  ),
  requestBody: z.object({ required: z.boolean(), content: contentSchema }).optional(),
  responses: z.record(
    z.string().regex(/^\d{3}$/),
    z.object({ description: z.string().min(1), content: contentSchema.optional() }),
  ),
});
/** The structure OpenAPI 3.1 asks for, as far as the document uses it. */
const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(
    z.string().startsWith('/api/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operationSchema),
  ),
  components: z.object({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), schemaSchema),
    securitySchemes: z.record(z.string(), schemaSchema),
  }),
});

const load = async () => documentSchema.parse(await (await fetch(`${gateway.url}/openapi.json`)).json());

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === '$ref' && typeof entry === 'string' ? [entry] : referencesIn(entry),
  );
}

/** What the storefront and the services' owners were promised. */
const PROMISED = `
POST /auth/register
POST /auth/login
POST /auth/refresh
POST /auth/logout
POST /auth/verify-email
POST /auth/forgot-password
POST /auth/reset-password
POST /auth/change-password
GET /auth/sessions
DELETE /auth/sessions/{id}
GET /auth/.well-known/jwks.json
GET /users/profile
PUT /users/profile
GET /users/addresses
POST /users/addresses
PUT /users/addresses/{id}
DELETE /users/addresses/{id}
GET /users/preferences
PUT /users/preferences
GET /users/wishlist
POST /users/wishlist
DELETE /users/wishlist/{productId}
GET /products
GET /products/search
GET /products/categories
GET /products/categories/{id}
GET /products/price-range
GET /products/recommended
GET /products/trending
GET /products/slug/{slug}
GET /products/{id}
GET /products/{id}/related
POST /products/{id}/view
GET /products/{id}/reviews
POST /products/{id}/reviews
POST /products/{id}/reviews/{reviewId}/helpful
GET /cart
POST /cart/items
PUT /cart/items/{itemId}
DELETE /cart/items/{itemId}
DELETE /cart/clear
POST /checkout/calculate
POST /checkout/payment-intent
POST /checkout/confirm
POST /orders
GET /orders
GET /orders/{id}
GET /orders/{id}/history
POST /orders/{id}/cancel
POST /events
POST /events/batch
GET /recommendations/user
GET /recommendations/session
GET /recommendations/products/{id}
GET /recommendations/products/{id}/frequently-bought
GET /recommendations/trending
GET /recommendations/popular
GET /recommendations/new-arrivals
GET /notifications
POST /notifications/{id}/read
`;

describe('the OpenAPI document', () => {
  it('has the structure of OpenAPI 3.1 and lists every route the gateway serves', async () => {
    const { paths } = await load();
    const listed = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = gateway.service
      .get(RouteCatalogue)
      .routes()
      .map(({ method, path }) => `${method} /api${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(listed.sort()).toEqual(served.sort());
    const promised = PROMISED.trim().split('\n');
    expect(listed).toEqual(expect.arrayContaining(promised.map((line) => line.replace(' /', ' /api/'))));
  });

  it('lists only what answers', async () => {
    const { paths } = await load();
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations)) {
        const url = gateway.url + path.replaceAll(/\{\w+\}/g, 'x');
        const answer = await (await fetch(url, { method: method.toUpperCase() })).text();
        expect(answer).not.toContain('ROUTE_NOT_FOUND');
      }
    }
  });

  it('names each operation once and refers only to what it holds', async () => {
    const document = await load();
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map((operation) => operation?.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(known).toEqual(expect.arrayContaining(referencesIn(document)));
    for (const shape of [
      'User',
      'Product',
      'Category',
      'Cart',
      'Order',
      'Address',
      'BehaviourEvent',
      'Error',
    ]) {
      expect(document.components.schemas).toHaveProperty(shape);
    }
  });

  it('declares every parameter of a path, and a body only where one is read', async () => {
    const { paths } = await load();
    for (const [path, operations] of Object.entries(paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const [method, operation] of Object.entries(operations)) {
        const declared = operation?.parameters.filter((one) => one.in === 'path') ?? [];
        expect(declared.map(({ name }) => name)).toEqual(names);
        expect(declared.every(({ required }) => required)).toBe(true);
        if (method === 'get') expect(operation?.requestBody).toBeUndefined();
      }
    }
  });

  it('says what a route takes, answers and refuses', async () => {
    const { paths } = await load();
    const search = paths['/api/products/search']?.get;
    expect(search?.parameters.filter(({ required }) => required).map(({ name }) => name)).toEqual(['q']);
    const place = paths['/api/orders']?.post;
    expect(place?.security).toEqual([{ bearer: [] }]);
    expect(place?.requestBody?.content['application/json']?.schema).toMatchObject({
      required: ['shippingAddressId', 'paymentMethod'],
    });
    expect(place?.responses['201']?.content?.['application/json']?.schema).toMatchObject({
      properties: { success: { const: true }, data: { $ref: '#/components/schemas/Order' } },
    });
    expect(Object.keys(place?.responses ?? {})).toEqual(
      expect.arrayContaining(['400', '401', '402', '409', '413', '415', '422', '429', '500', '503', '504']),
    );
    expect(place?.responses['402']?.description).toBe('PAYMENT_DECLINED');
    expect(paths['/api/products/{id}/view']?.post?.responses['204']).toEqual({ description: 'Accepted.' });
  });
});

describe('the reference in the browser', () => {
  it('needs nothing from elsewhere', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const text = await page.text();
    expect(text).not.toMatch(/https?:\/\//);
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
    expect(files).toHaveLength(4);
    for (const file of files) expect((await fetch(`${gateway.url}${file}`)).status).toBe(200);
  });

  it('gives no other file of its folder', async () => {
    for (const file of ['package.json', '../package.json', 'index.html', '%2e%2e/zod/package.json']) {
      expect((await fetch(`${gateway.url}/docs/assets/${file}`)).status).toBe(404);
    }
  });
});
