// `npm run bench:tracing [rounds] [seconds]`: what tracing costs at the default sampling: the same visits, checkouts among
// them, to two Vicis in turn, of which one sends its traces to a collector on this machine.
import { createServer } from 'node:http';
import { type Product, Shopper } from '../support/api.ts';
import { expectStatus, isUrl, say, stockedProducts } from './bench-shop.ts';
import { measureWork, percentile } from './measure.ts';
import { type Served, serve } from './served.ts';

const rounds = Number(process.argv[2] ?? 7);
const seconds = Number(process.argv[3] ?? 4);
if (![rounds, seconds].every((value) => Number.isInteger(value) && value > 0)) {
  console.error('Usage: npm run bench:tracing [rounds] [seconds a round and side]');
  process.exit(2);
}
const SHOPPERS = 8;
const ALLOWED = 1.1;
const REGISTER = new URL('../../shared/utils/dist/tracing-register.js', import.meta.url).href;

const isCost = (value: unknown): value is { readonly cpuMs: number } =>
  typeof value === 'object' && value !== null && 'cpuMs' in value && typeof value.cpuMs === 'number';

interface Side {
  readonly stack: Served<string>;
  readonly visit: (lane: number) => Promise<void>;
  readonly cpuPerVisit: number[];
  readonly perSecond: number[];
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
  const visit = async (lane: number): Promise<void> => {
    const [found, product] = [shoppers[lane], products[lane]];
    if (found === undefined || product === undefined) throw new Error('There are more lanes than shoppers');
    await shop(found.shopper, found.addressId, product);
  };
  return { stack, visit, cpuPerVisit: [], perSecond: [] };
}

/** Looks around and buys: fifteen requests. */
async function shop(shopper: Shopper, addressId: string, product: Product): Promise<void> {
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
  for (let views = 0; views < 3; views += 1) {
    expectStatus(await shopper.post(`/products/${product.id}/view`, {}), 204, 'view');
  }
  expectStatus(await shopper.addToCart(product), 201, 'add to cart');
  const { paymentIntentId } = await shopper.openPayment(addressId);
  expectStatus(await shopper.confirm(paymentIntentId, addressId), 200, 'confirm');
}

async function measure({ stack, visit, cpuPerVisit, perSecond }: Side, name: string): Promise<void> {
  const before = await stack.ask(isCost);
  const measured = await measureWork(name, seconds, SHOPPERS, visit);
  const visits = measured.perSecond * seconds;
  cpuPerVisit.push(((await stack.ask(isCost)).cpuMs - before.cpuMs) / visits);
  perSecond.push(measured.perSecond);
}

const median = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
const ratios = (ones: readonly number[], others: readonly number[]): number[] =>
  ones.map((one, index) => one / (others[index] ?? Number.NaN));

const collector = await openCollector();
const [off, on] = [await openSide(undefined), await openSide(collector.url)];
try {
  // The first round warms both up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const turns = round % 2 === 0 ? ([off, on] as const) : ([on, off] as const);
    for (const side of turns) await measure(side, side === on ? 'traced' : 'not traced');
    if (round > 0) continue;
    for (const side of turns) for (const values of [side.cpuPerVisit, side.perSecond]) values.splice(0);
  }
  const [plain, traced] = [median(off.cpuPerVisit), median(on.cpuPerVisit)];
  const cost = median(ratios(on.cpuPerVisit, off.cpuPerVisit));
  const speed = median(ratios(on.perSecond, off.perSecond));
  say(`Processor time of a visit: ${plain.toFixed(1)} ms not traced, ${traced.toFixed(1)} ms traced`);
  say(
    `Median ratio of ${rounds} rounds: processor time ${cost.toFixed(3)}, visits a second ${speed.toFixed(3)}`,
  );
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
