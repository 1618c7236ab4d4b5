// `npm run bench [seconds]`: the hot paths over HTTP, beside a bare Fastify server that sends the same bytes, in one run.
import { expectStatus, isUrl, openPayments, readyShopper, say, stockedProducts } from './bench-shop.ts';
import { type Measurement, measureAtRate, measureGet, measureWork, printTable } from './measure.ts';
import { serve } from './served.ts';

const seconds = Number(process.argv[2] ?? 8);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench [seconds per case]');
  process.exit(2);
}
const SHOPPERS = 8;
/** A cart of more lines than this is emptied: what shoppers carry, not what the limit allows. */
const USUAL_LINES = 5;

/** Confirms a second while their latency is measured: each of another shopper, whatever the others take. */
const CONFIRMS_PER_SECOND = 20;

/** Measures a catalogue read and, right after it, the bare server with the very same answer. */
async function measureBesideBare(path: string, api: string): Promise<Measurement[]> {
  const url = `${api}/api${path}`;
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  const own = await measureGet(`GET ${path.replace(/[0-9a-f-]{36}/, ':id')}`, url, seconds);
  const bare = await serve('./bare.server.ts', bytes.toString('base64'), say, isUrl);
  const reference = await measureGet(`  bare Fastify, same ${bytes.length} bytes`, bare.address, seconds);
  await bare.stop();
  say(`${own.name}: ${((100 * own.perSecond) / reference.perSecond).toFixed(0)} % of a bare server`);
  return [own, reference];
}

const stack = await serve('./stack.server.ts', '', say, isUrl);
try {
  const api = stack.address;
  const products = await stockedProducts(api);
  const [first] = products;
  if (first === undefined) throw new Error('The demo catalogue has nothing to buy');

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
      const answer = await shopper.addToCart(next());
      expectStatus(answer, 201, 'add to cart');
      if (answer.data.items.length > USUAL_LINES) await shopper.request('DELETE', '/cart/clear');
    }),
  );
  for (const { shopper } of shoppers) await shopper.request('DELETE', '/cart/clear');
  measurements.push(
    await measureWork('checkout: add, calculate, intent, confirm', seconds, SHOPPERS, async (lane) => {
      const { shopper, addressId } = of(lane);
      expectStatus(await shopper.addToCart(next()), 201, 'add to cart');
      const { paymentIntentId } = await shopper.openPayment(addressId);
      expectStatus(await shopper.confirm(paymentIntentId, addressId), 200, 'confirm');
    }),
  );
  const opened = await openPayments(api, CONFIRMS_PER_SECOND * seconds, SHOPPERS, next);
  measurements.push(
    await measureAtRate(
      `POST /checkout/confirm at ${CONFIRMS_PER_SECOND}/s`,
      { perSecond: CONFIRMS_PER_SECOND, count: CONFIRMS_PER_SECOND * seconds },
      async (index) => {
        const payment = opened[index];
        if (payment === undefined) throw new Error('There are more confirms than payments');
        const { shopper, addressId, paymentIntentId } = payment;
        expectStatus(await shopper.confirm(paymentIntentId, addressId), 200, 'confirm');
      },
    ),
  );
  printTable(measurements);
} finally {
  await stack.stop();
}
