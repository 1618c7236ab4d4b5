import { randomBytes } from 'node:crypto';
import type { LocalStack } from '@vici/local';
import { eventually } from '@vici/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Page, type Product, Shopper } from '../support/api.ts';
import { type CollectedSpan, type OtlpCollector, startOtlpCollector } from '../support/otlp-collector.ts';
import { startStack } from '../support/stack.ts';

const START_MS = 180_000;
const SERVICES = [
  'auth',
  'user',
  'product',
  'inventory',
  'cart',
  'order',
  'payment',
  'recommendation',
  'event',
  'notification',
];
const PASSWORD = 'difference engine';
const CARD_TOKEN = 'pm_card_visa';

let collector: OtlpCollector;
let stack: LocalStack;
const logs: string[] = [];
const shopperTraces = new Map<string, string>();
let shopper: Shopper;
let accessToken = '';

/** A trace that begins in the browser, and is to be recorded. */
function traceparent(step: string): Record<string, string> {
  const traceId = randomBytes(16).toString('hex');
  shopperTraces.set(step, traceId);
  return { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
}

const spansOf = (step: string) =>
  collector.spans.filter(({ traceId }) => traceId === shopperTraces.get(step));
const servicesOf = (step: string) => [...new Set(spansOf(step).map(({ service }) => service))].sort();

/** From a span up to the first whose parent is not among those that arrived. */
function pathOf(span: CollectedSpan, spans: readonly CollectedSpan[]): CollectedSpan[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? [span] : [...pathOf(parent, spans), span];
}

beforeAll(async () => {
  collector = await startOtlpCollector();
  stack = await startStack({
    mode: 'processes',
    env: {
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
    onLog: (_service, line) => void logs.push(line),
  });
  shopper = new Shopper(stack.apiUrl);
  await shop();
}, START_MS);

afterAll(async () => {
  await stack?.stop();
  await collector?.close();
}, START_MS);

/** What one shopper does, each step in a trace of its own. */
async function shop(): Promise<void> {
  const registration = {
    email: shopper.email,
    password: PASSWORD,
    firstName: 'Augusta',
    lastName: 'Byronsdottir',
  };
  const registered = await shopper.post<{ accessToken: string }>(
    '/auth/register',
    registration,
    traceparent('register'),
  );
  accessToken = registered.data.accessToken;
  const auth = { authorization: `Bearer ${accessToken}` };
  const { data: page } = await shopper.get<Page<Product>>('/products?limit=100&inStock=true');
  const product = page.data.find(({ variants, stock }) => variants.length === 0 && stock > 10);
  if (product === undefined) throw new Error('The demo catalogue has no product without variants');
  await shopper.post(
    `/products/${product.id}/view`,
    { source: 'category' },
    { ...auth, ...traceparent('view') },
  );
  await shopper.request(
    'GET',
    '/recommendations/trending?limit=5',
    undefined,
    traceparent('recommendations'),
  );
  const address = await shopper.post<{ id: string }>(
    '/users/addresses',
    {
      firstName: 'Augusta',
      lastName: 'Byronsdottir',
      addressLine1: '99 Unmistakable Street',
      city: 'San Francisco',
      state: 'CA',
      postalCode: '94105',
      country: 'US',
      phone: '+1 415 555 0177',
    },
    { ...auth, ...traceparent('address') },
  );
  const shippingAddressId = address.data.id;
  await shopper.post(
    '/cart/items',
    { productId: product.id, quantity: 1 },
    { ...auth, ...traceparent('cart') },
  );
  const totals = await shopper.post<{ total: number; currency: string }>(
    '/checkout/calculate',
    { shippingAddressId },
    auth,
  );
  const intent = await shopper.post<{ id: string }>(
    '/checkout/payment-intent',
    { amount: totals.data.total, currency: totals.data.currency },
    auth,
  );
  const confirmed = await shopper.post<{ status: string }>(
    '/checkout/confirm',
    { paymentIntentId: intent.data.id, shippingAddressId, paymentMethod: CARD_TOKEN },
    { ...auth, ...traceparent('confirm') },
  );
  expect(confirmed.data.status).toBe('success');
  await eventually(
    async () => {
      const mails = (await stack.mailbox.messages()).filter(({ to }) => to.includes(shopper.email));
      expect(mails.some(({ subject }) => subject.includes('VIC-'))).toBe(true);
    },
    { timeoutMs: 60_000 },
  );
}

describe('one trace', () => {
  it('leads from the click that buys to the mail that confirms it', async () => {
    await eventually(
      () =>
        expect(servicesOf('confirm')).toEqual(
          expect.arrayContaining([
            'api-gateway',
            'order-service',
            'payment-service',
            'inventory-service',
            'cart-service',
            'notification-service',
            'event-service',
          ]),
        ),
      { timeoutMs: 30_000 },
    );
    // Each process sends its spans on its own; a parent may come after its child.
    await eventually(
      () => {
        const spans = spansOf('confirm');
        const mail = spans.find(
          ({ service, name }) => service === 'notification-service' && name.includes('order.confirmed'),
        );
        if (mail === undefined) throw new Error('notification-service has no span of order.confirmed');
        const path = pathOf(mail, spans).map(({ service }) => service);
        expect(path[0]).toBe('api-gateway');
        expect(path).toContain('order-service');
        expect(path.at(-1)).toBe('notification-service');
      },
      { timeoutMs: 30_000 },
    );
  });

  it.each([
    ['confirm', 'api-gateway', 'order-service'],
    ['confirm', 'order-service', 'payment-service'],
    ['confirm', 'order-service', 'inventory-service'],
    ['cart', 'api-gateway', 'cart-service'],
    ['cart', 'cart-service', 'product-service'],
    ['address', 'api-gateway', 'user-service'],
    ['register', 'api-gateway', 'auth-service'],
    ['register', 'auth-service', 'user-service'],
    ['register', 'auth-service', 'notification-service'],
    ['view', 'api-gateway', 'event-service'],
    ['recommendations', 'api-gateway', 'recommendation-service'],
    ['recommendations', 'recommendation-service', 'product-service'],
  ])('of %s has a span of %s as the parent of one of %s', async (step, caller, called) => {
    await eventually(
      () => {
        const spans = spansOf(step);
        const edges = spans.flatMap((span) => {
          const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
          return parent === undefined ? [] : [`${parent.service} → ${span.service}`];
        });
        expect(edges).toContain(`${caller} → ${called}`);
      },
      { timeoutMs: 30_000 },
    );
  });

  it('goes down to statements and commands', async () => {
    const namesOf = (step: string) => spansOf(step).map(({ service, name }) => `${service} ${name}`);
    await eventually(
      () => {
        expect(namesOf('confirm').some((name) => /^order-service pg/.test(name))).toBe(true);
        // Not in every request: the gateway asks Redis once for many that come together.
        const names = [...shopperTraces.keys()].flatMap(namesOf);
        expect(names.some((name) => /^api-gateway (hmget|evalsha|eval|set|get)/i.test(name))).toBe(true);
      },
      { timeoutMs: 30_000 },
    );
  });

  it('is named by the log lines of every service it passed', async () => {
    const traceId = shopperTraces.get('confirm') ?? '';
    const services = logs
      .filter((line) => line.includes(traceId))
      .map((line): string => JSON.parse(line).service);
    expect([...new Set(services)]).toEqual(expect.arrayContaining(['gateway', 'order']));
  });
});

describe('what is observed', () => {
  it('holds no personal data, password, token or card: not in logs, spans or metrics', async () => {
    const metrics = await Promise.all(
      ['gateway', ...SERVICES].map(
        async (name) => await (await fetch(`${stack.endpoints.http(name)}/metrics`)).text(),
      ),
    );
    const observed: [string, string][] = [
      ['logs', logs.join('\n')],
      ['spans', collector.bodies.join('\n')],
      ['metrics', metrics.join('\n')],
    ];
    const secrets = [
      shopper.email,
      PASSWORD,
      'Byronsdottir',
      'Unmistakable',
      '555 0177',
      accessToken,
      CARD_TOKEN,
    ];
    for (const [where, text] of observed) {
      expect(text.length, where).toBeGreaterThan(1000);
      expect(
        secrets.filter((secret) => text.includes(secret)),
        where,
      ).toEqual([]);
    }
  });

  it('counts orders and revenue, and carries exemplars that lead to the trace', async () => {
    const scrape = async (name: string) => {
      const answer = await fetch(`${stack.endpoints.http(name)}/metrics`, {
        headers: { accept: 'application/openmetrics-text' },
      });
      return { type: answer.headers.get('content-type'), text: await answer.text() };
    };
    const order = await scrape('order');
    expect(order.text).toMatch(/^shop_orders_total\{.*\} 1/m);
    expect(order.text).toMatch(/^shop_revenue_minor_units_total\{.*currency="USD".*\} \d+/m);
    const gateway = await scrape('gateway');
    expect(gateway.type).toContain('application/openmetrics-text');
    const traceId = shopperTraces.get('confirm') ?? '';
    expect(gateway.text).toMatch(
      new RegExp(`http_request_duration_seconds_bucket.*# \\{trace_id="${traceId}"\\}`),
    );
  });
});
