// `npm run bench:tracing [rounds]`: what tracing costs at the default sampling: the same visits, checkouts among them, to
// two Vicis in turn, of which one sends its traces to a collector on this machine. Processor time is compared, as that
// hardly changes with what else the machine is at.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Product, Shopper } from '../support/api.ts';
import { expectStatus, isUrl, say, stockedProducts } from './bench-shop.ts';
import { percentile } from './measure.ts';
import { type Served, serve } from './served.ts';

const rounds = Number(process.argv[2] ?? 12);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('Usage: npm run bench:tracing [rounds]');
  process.exit(2);
}
const SHOPPERS = 4;
const VISITS = 4;
/** Rounds in which both compile themselves: they do not count, and may be answered too late. */
const WARM_UP = 6;
/** What a visit leaves to be done, by events: it costs the side that was visited, and nobody else. */
const SETTLE_MS = 400;
const ALLOWED = 1.1;
const REGISTER = new URL('../../shared/utils/dist/tracing-register.js', import.meta.url).href;

const isCost = (value: unknown): value is { readonly cpuMs: number } =>
  typeof value === 'object' && value !== null && 'cpuMs' in value && typeof value.cpuMs === 'number';

interface Side {
  readonly stack: Served<string>;
  /** The visits of one round, each shopper's one after the other. */
  readonly visits: () => Promise<void>;
  /** Milliseconds of processor time, by round. */
  readonly costs: number[];
}

/** Takes what it is sent and counts it. */
async function openCollector() {
  let exports = 0;
  const server = createServer((request, response) => {
    exports += 1;
    request.resume().once('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The collector does not listen');
  return { url: `http://127.0.0.1:${address.port}`, exports: () => exports, close: () => server.close() };
}

async function openSide(collector: string | undefined): Promise<Side> {
  const stack = await serve('./stack.server.ts', '', say, isUrl, {
    ...(collector !== undefined && {
      preload: REGISTER,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_SERVICE_NAME: 'vici' },
    }),
  });
  const products = await stockedProducts(stack.address);
  const shoppers = await Promise.all(
    Array.from({ length: SHOPPERS }, async () => {
      const shopper = new Shopper(stack.address);
      await shopper.register();
      return { shopper, addressId: await shopper.addAddress() };
    }),
  );
  const visits = async (): Promise<void> => {
    const lanes = shoppers.map(async ({ shopper, addressId }, lane) => {
      const product = products[lane];
      if (product === undefined) throw new Error('There are more shoppers than products');
      for (let visit = 0; visit < VISITS; visit += 1) await look(shopper, product);
      await buy(shopper, addressId, product);
    });
    for (const end of await Promise.allSettled(lanes)) if (end.status === 'rejected') throw end.reason;
  };
  return { stack, visits, costs: [] };
}

async function look(shopper: Shopper, product: Product): Promise<void> {
  const reads = [
    '/products?limit=20',
    `/products/${product.id}`,
    `/products/search?q=${encodeURIComponent(product.name)}`,
    `/products/${product.id}/related?limit=4`,
    '/products/recommended?limit=5',
    '/cart',
    '/orders?limit=5',
    '/users/profile',
  ];
  for (const path of reads) expectStatus(await shopper.get(path), 200, path);
  expectStatus(await shopper.post(`/products/${product.id}/view`, {}), 204, 'view');
}

async function buy(shopper: Shopper, addressId: string, product: Product): Promise<void> {
  expectStatus(await shopper.addToCart(product), 201, 'add to cart');
  const { paymentIntentId } = await shopper.openPayment(addressId);
  expectStatus(await shopper.confirm(paymentIntentId, addressId), 200, 'confirm');
}

async function warmUp({ visits }: Side): Promise<void> {
  for (let round = 0; round < WARM_UP; round += 1) {
    await visits().catch((error: unknown) => say(`While warming up: ${String(error)}`));
  }
}

async function measure({ stack, visits, costs }: Side): Promise<void> {
  const before = await stack.ask(isCost);
  await visits();
  await sleep(SETTLE_MS);
  costs.push((await stack.ask(isCost)).cpuMs - before.cpuMs);
}

const median = (values: readonly number[]): number =>
  percentile(
    values.toSorted((one, other) => one - other),
    0.5,
  );

const collector = await openCollector();
const [off, on] = [await openSide(undefined), await openSide(collector.url)];
try {
  for (const side of [off, on]) await warmUp(side);
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? [off, on] : [on, off]) await measure(side);
  }
  const { costs: plain } = off;
  const { costs: traced } = on;
  const cost = median(traced.map((one, round) => one / (plain[round] ?? Number.NaN)));
  const each = (SHOPPERS * (VISITS + 1)).toString();
  say(
    `Processor time of ${each} visits, median of ${rounds} rounds: ${median(plain).toFixed(0)} ms not traced,`,
  );
  say(`${median(traced).toFixed(0)} ms traced; median ratio of the rounds ${cost.toFixed(3)}`);
  say(`${collector.exports()} exports arrived at the collector`);
  if (collector.exports() === 0 || cost > ALLOWED) {
    say(`Tracing costs more than ${Math.round((ALLOWED - 1) * 100)} %, or did not run`);
    process.exitCode = 1;
  }
} finally {
  await off.stack.stop();
  await on.stack.stop();
  collector.close();
}
