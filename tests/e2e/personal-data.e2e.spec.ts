import { PERSONAL_DATA_SERVICES } from '@vici/events';
import type { LocalStack } from '@vici/local';
import { eventually } from '@vici/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Page, type Product, Shopper } from '../support/api.ts';
import { startStack } from '../support/stack.ts';

const START_MS = 180_000;
const PASSWORD = 'difference engine';

interface Export {
  readonly status: string;
  readonly waitingFor: string[];
  readonly services: Record<string, Record<string, Record<string, unknown>[]>>;
}

interface Report {
  readonly status: string;
  readonly services: {
    service: string;
    erased: Record<string, number>;
    kept: { what: string; count: number }[];
  }[];
}

let stack: LocalStack;
let shopper: Shopper;
let userId = '';
let orderId = '';

async function rowsOf<T extends pg.QueryResultRow>(
  service: string,
  sql: string,
  values: unknown[],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: stack.endpoints.databaseUrl(service) });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  stack = await startStack();
  shopper = new Shopper(stack.apiUrl);
  userId = (await shopper.register()).data.user.id;
  const { data: page } = await shopper.get<Page<Product>>('/products?limit=100&inStock=true');
  const [bought, wished] = page.data.filter(({ variants, stock }) => variants.length === 0 && stock > 10);
  if (bought === undefined || wished === undefined)
    throw new Error('The demo catalogue has too few products');
  await shopper.post(`/products/${bought.id}/view`, {});
  await shopper.post('/users/wishlist', { productId: wished.id });
  await shopper.addToCart(bought);
  const addressId = await shopper.addAddress();
  const { paymentIntentId } = await shopper.openPayment(addressId);
  orderId = (await shopper.confirm(paymentIntentId, addressId)).data.orderId;
  await shopper.post(`/products/${bought.id}/reviews`, {
    rating: 5,
    title: 'Good',
    comment: 'It does what it should.',
  });
  await shopper.addToCart(wished);
  // Its order confirmed, and the mail of it sent: every service has heard of the shopper.
  await eventually(
    async () => {
      const mails = (await stack.mailbox.messages()).filter(({ to }) => to.includes(shopper.email));
      expect(mails.length).toBeGreaterThanOrEqual(2);
    },
    { timeoutMs: 60_000 },
  );
}, START_MS);
afterAll(() => stack?.stop(), START_MS);

describe('a person’s data', () => {
  it('is given out by every service as one document, without secrets', async () => {
    const counted = ({ services }: Export, service: string, section: string) =>
      services[service]?.[section]?.length ?? 0;
    // One that takes its time is answered before it is complete, and what was looked at may yet be on its way.
    const answer = await eventually(
      async () => {
        const exported = await shopper.get<Export>('/users/export');
        expect(exported.status).toBe(200);
        expect(counted(exported.data, 'event-service', 'behaviour')).toBeGreaterThan(0);
        expect(counted(exported.data, 'recommendation-service', 'interactions')).toBeGreaterThan(0);
        return exported;
      },
      { timeoutMs: 60_000, intervalMs: 500 },
    );
    expect(answer.data).toMatchObject({ status: 'COMPLETED', waitingFor: [] });
    const { services } = answer.data;
    expect(Object.keys(services).sort()).toEqual([...PERSONAL_DATA_SERVICES].sort());
    const count = (service: string, section: string) => counted(answer.data, service, section);
    expect(services['auth-service']?.['account']).toMatchObject([{ email: shopper.email }]);
    expect(count('user-service', 'addresses')).toBe(1);
    expect(count('user-service', 'wishlist')).toBe(1);
    expect(count('product-service', 'reviews')).toBe(1);
    expect(count('cart-service', 'cart')).toBe(1);
    expect(services['order-service']?.['orders']).toMatchObject([
      { email: shopper.email, shipping_address: { postal: { addressLine1: '1 Market Street' } } },
    ]);
    expect(services['payment-service']?.['payments']).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(JSON.stringify(answer.data)).not.toMatch(/password|secret|\$2[aby]\$/i);
  });

  it('stays where it is when the password is wrong', async () => {
    const refused = await shopper.request('DELETE', '/users/account', { password: 'a guess' });
    expect(refused).toMatchObject({ status: 401, body: { error: 'INVALID_CREDENTIALS' } });
    expect((await shopper.get('/users/profile')).status).toBe(200);
  });

  it('goes from every service, but for what the law wants kept, which names nobody', async () => {
    const answer = await shopper.request<Report>('DELETE', '/users/account', { password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.data.status).toBe('COMPLETED');
    const reports = new Map(answer.data.services.map((report) => [report.service, report]));
    expect([...reports.keys()].sort()).toEqual([...PERSONAL_DATA_SERVICES].sort());
    expect(reports.get('auth-service')?.erased['accounts']).toBe(1);
    expect(reports.get('user-service')?.erased).toMatchObject({ profiles: 1, addresses: 1, wishlist: 1 });
    expect(reports.get('product-service')?.kept).toMatchObject([{ what: 'reviews', count: 1 }]);
    expect(reports.get('cart-service')?.erased['carts']).toBe(1);
    expect(reports.get('order-service')?.kept).toMatchObject([
      { what: 'addresses of orders on their way', count: 1 },
    ]);
    expect(reports.get('payment-service')?.kept).toMatchObject([{ what: 'payments', count: 1 }]);
    expect(reports.get('event-service')?.erased['behaviour']).toBeGreaterThan(0);
    expect(reports.get('recommendation-service')?.erased['interactions']).toBeGreaterThan(0);

    expect((await shopper.get('/users/profile')).status).toBe(401);
    expect((await shopper.post('/auth/login', { email: shopper.email, password: PASSWORD })).status).toBe(
      401,
    );
    expect(await rowsOf('event', 'select 1 from behaviour_events where user_id = $1', [userId])).toEqual([]);
    expect(await rowsOf('user', 'select 1 from profiles where user_id = $1', [userId])).toEqual([]);
    expect(await rowsOf('product', 'select name from review_authors where user_id = $1', [userId])).toEqual([
      { name: 'Former customer' },
    ]);
  });

  it('leaves an order that was on its way once it has arrived', async () => {
    const addressOf = () =>
      rowsOf<{ email: string; shipping_address: { postal: { addressLine1: string; country: string } } }>(
        'order',
        'select email, shipping_address from orders where id = $1',
        [orderId],
      );
    expect(await addressOf()).toMatchObject([
      { email: shopper.email, shipping_address: { postal: { addressLine1: '1 Market Street' } } },
    ]);
    const admin = await Shopper.signedIn(stack.apiUrl, 'admin@vici.local', 'ViciAdmin123!');
    for (const status of ['SHIPPED', 'DELIVERED']) {
      const moved = await admin.request('PATCH', `/admin/orders/${orderId}`, { status });
      expect(moved.status).toBe(200);
    }
    await eventually(async () =>
      expect(await addressOf()).toMatchObject([
        { email: 'erased@vici.invalid', shipping_address: { postal: { addressLine1: '', country: 'US' } } },
      ]),
    );
  });
});
