import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { eventually } from '@vici/testing';
import { DomainError } from '@vici/utils';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';

const SNIPPET = new URL('../../assets/vici-events.js', import.meta.url);
const BUILD = new URL('../../../scripts/build-snippet.mjs', import.meta.url);
const CHROMIUM = '/usr/bin/chromium';
/** Without the switches against background traffic Chromium looks for hosts of its own at every start. */
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let shop: Server;
let shopUrl = '';
beforeAll(async () => {
  shop = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>A shop</title>');
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const address = shop.address();
  shopUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => new Promise((resolve) => shop.close(resolve)));

const gateway = useGateway(() => ({ ALLOWED_ORIGINS: shopUrl }));

interface Sent {
  readonly id: string;
  readonly eventType: string;
  readonly sessionId: string;
  readonly [field: string]: unknown;
}
let batches: Sent[][] = [];
let refusals = 0;
beforeEach(() => {
  batches = [];
  refusals = 0;
  gateway.upstreams.event.ingestJson = async ({ bodyJson }) => {
    if (refusals > 0) {
      refusals -= 1;
      throw new DomainError('SERVICE_UNAVAILABLE', 'Away.', { retryAfterSeconds: 1 });
    }
    const { events } = JSON.parse(Buffer.from(bodyJson).toString('utf8'));
    batches.push(events);
    return { accepted: events.length };
  };
});
const sent = () => batches.flat();

describe('the browser snippet as it is served', () => {
  it('is under two kilobytes, without imports, and made from its source', async () => {
    const served = readFileSync(SNIPPET, 'utf8');
    const { buildSnippet }: { buildSnippet: () => Promise<string> } = await import(BUILD.href);
    expect(served.trimEnd()).toBe((await buildSnippet()).trimEnd());
    expect(Buffer.byteLength(served)).toBeLessThan(2_048);
    expect(served).not.toMatch(/\bimport\s*[("'{*]/);
  });

  it('may be kept by anybody for an hour, carries no visit, and is not sent to who has it', async () => {
    const first = await fetch(`${gateway.url}/vici-events.js`);
    expect([first.status, first.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
    expect(first.headers.get('cache-control')).toBe('public, max-age=3600, stale-while-revalidate=86400');
    expect(first.headers.has('x-session-id')).toBe(false);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${gateway.url}/vici-events.js`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});

describe('the browser snippet in Chromium', () => {
  const obstacle = existsSync(CHROMIUM) ? undefined : `Chromium is not installed at ${CHROMIUM}`;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    if (obstacle !== undefined && process.env['VICI_REQUIRE_BROWSER'] === '1') throw new Error(obstacle);
    if (obstacle === undefined) browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
  }, 60_000);
  afterAll(() => browser?.close());
  beforeEach(async ({ skip }) => {
    if (obstacle !== undefined) skip(obstacle);
    page = await browser.newPage();
    await page.goto(shopUrl);
  });
  afterEach(() => page?.close());

  /** Runs statements in the page, where `vici` is the module and `reporter` what it started. */
  const run = (statements: string, options = '{ consent: true }') =>
    page.evaluate(
      `import('${gateway.url}/vici-events.js').then(async (vici) => {
        globalThis.reporter ??= vici.start(${options});
        const reporter = globalThis.reporter;
        ${statements}
      })`,
    );

  it('sends what happened, in batches of fifty, from another origin, under the visit it keeps', async () => {
    const session = await run(`
      for (let step = 0; step < 60; step += 1) reporter.track('product_view', { productId: 'p', position: step });
      await reporter.flush();
      return reporter.sessionId;`);

    await eventually(() => expect(sent()).toHaveLength(60));
    expect(batches.map(({ length }) => length)).toEqual([50, 10]);
    expect(sent().map(({ position }) => position)).toEqual(Array.from({ length: 60 }, (_, step) => step));
    expect(new Set(sent().map(({ id }) => id)).size).toBe(60);
    expect(sent()[0]).toMatchObject({ eventType: 'product_view', productId: 'p', sessionId: session });
    await page.reload();
    expect(await run('return reporter.sessionId')).toBe(session);
  });

  it('sends a batch that failed again, the same events in their order, and only once it works', async () => {
    refusals = 2;
    await run(
      `reporter.track('page_view', { position: 1 }); await reporter.flush(); reporter.track('page_view', { position: 2 });`,
    );

    await eventually(() => expect(sent()).toHaveLength(2), { timeoutMs: 30_000 });
    expect(sent().map(({ position }) => position)).toEqual([1, 2]);
  });

  it('sends what waits by beacon when the page is left', async () => {
    await run(`reporter.track('page_view'); reporter.track('checkout_start');`);
    expect(sent()).toEqual([]);

    await page.goto('about:blank');

    await eventually(() =>
      expect(sent().map(({ eventType }) => eventType)).toEqual(['page_view', 'checkout_start']),
    );
  });

  it('keeps and sends nothing without consent, and forgets what waits when it is taken back', async () => {
    await run(
      `reporter.track('page_view', { position: 1 });
       reporter.setConsent(true);
       reporter.track('page_view', { position: 2 });
       reporter.setConsent(false);
       reporter.track('page_view', { position: 3 });
       reporter.setConsent(true);
       reporter.track('page_view', { position: 4 });
       await reporter.flush();`,
      '{}',
    );

    await eventually(() => expect(sent().map(({ position }) => position)).toEqual([4]));
  });
});
