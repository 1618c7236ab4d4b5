// `npm run bench [seconds]`: the hot paths over HTTP, beside a bare Fastify server that sends the same bytes, in one run.
import fastify from 'fastify';
import { type Page, type Product, Shopper } from '../support/api.ts';
import { restock } from '../support/restock.ts';
import { startStack } from '../support/stack.ts';
import { type Measurement, measureGet, measureWork, printTable } from './measure.ts';

const seconds = Number(process.argv[2] ?? 8);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench [seconds per case]');
  process.exit(2);
}
const SHOPPERS = 8;

/** A server that does nothing but send these bytes: what the framework and the machine give at best. */
async function bareServer(bytes: string) {
  const server = fastify();
  server.get('/', (_request, reply) => reply.type('application/json; charset=utf-8').send(bytes));
  return { url: await server.listen({ port: 0, host: '127.0.0.1' }), close: () => server.close() };
}

/** Measures a catalogue read and, right after it, the bare server with the very same answer. */
async function measureBesideBare(path: string, api: string): Promise<Measurement[]> {
  const url = `${api}/api${path}`;
  const bytes = await (await fetch(url)).text();
  const bare = await bareServer(bytes);
  const own = await measureGet(`GET ${path.replace(/[0-9a-f-]{36}/, ':id')}`, url, seconds);
  const reference = await measureGet(`  bare Fastify, same ${bytes.length} bytes`, bare.url, seconds);
  await bare.close();
  console.log(`${own.name}: ${((100 * own.perSecond) / reference.perSecond).toFixed(0)} % of a bare server`);
  return [own, reference];
}

async function readyShopper(api: string): Promise<{ shopper: Shopper; addressId: string }> {
  const shopper = new Shopper(api);
  await shopper.register();
  return { shopper, addressId: await shopper.addAddress() };
}

function expectStatus(status: number, wanted: number, step: string): void {
  if (status !== wanted) throw new Error(`${step} answered ${status}`);
}

const stack = await startStack({ onProgress: (sentence) => console.log(sentence) });
try {
  const api = stack.apiUrl;
  const visitor = new Shopper(api);
  const { data: page } = await visitor.get<Page<Product>>('/products?limit=100&inStock=true');
  const products = page.data.filter((product) => product.variants.length === 0 && product.stock > 20);
  const [first] = products;
  if (first === undefined) throw new Error('The demo catalogue has nothing to buy');

  await restock(stack, products, 1_000_000);

  const measurements = [
    ...(await measureBesideBare('/products?limit=20', api)),
    ...(await measureBesideBare(`/products/${first.id}`, api)),
  ];
  const shoppers = await Promise.all(Array.from({ length: SHOPPERS }, () => readyShopper(api)));
  const of = (lane: number) => {
    const ready = shoppers[lane];
    if (ready === undefined) throw new Error('There are more lanes than shoppers');
    return ready;
  };

  let turn = 0;
  const next = () => products[turn++ % products.length] ?? first;
  measurements.push(
    await measureWork('POST /cart/items', seconds, SHOPPERS, async (lane) => {
      const { shopper } = of(lane);
      const { status } = await shopper.addToCart(next());
      if (status === 422 || status === 409) await shopper.request('DELETE', '/cart/clear');
      else expectStatus(status, 201, 'add to cart');
    }),
  );
  for (const { shopper } of shoppers) await shopper.request('DELETE', '/cart/clear');
  measurements.push(
    await measureWork('checkout: add, calculate, intent, confirm', seconds, SHOPPERS, async (lane) => {
      const { shopper, addressId } = of(lane);
      expectStatus((await shopper.addToCart(next())).status, 201, 'add to cart');
      const { paymentIntentId } = await shopper.openPayment(addressId);
      expectStatus((await shopper.confirm(paymentIntentId, addressId)).status, 200, 'confirm');
    }),
  );
  printTable(measurements);
} finally {
  await stack.stop();
}
