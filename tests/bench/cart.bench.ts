// `npm run bench -- cart [seconds] [--processes]`: adding to the cart over HTTP at a fixed rate, beside the cheapest answer
// the gateway gives at the same rate, so that the share of machine and load generator shows.
import { Shopper } from '../support/api.ts';
import { send } from '../support/http-client.ts';
import { expectStatus, isUrl, say, stockedProducts } from './bench-shop.ts';
import { measureAtRate, printTable } from './measure.ts';
import { serve } from './served.ts';

const PER_SECOND = 200;
const SHOPPERS = 100;
const WARM_UP_SECONDS = 5;
/** Each shopper comes to a handful of lines, then adds more of the same. */
const USUAL_LINES = 4;

function at<T>(list: readonly T[], turn: number): T {
  const item = list[turn % list.length];
  if (item === undefined) throw new Error('There is nothing to take');
  return item;
}

/** Adds to carts, 200 a second for so many seconds, whatever each takes; all services in one process, or one each. */
export async function benchCart(seconds: number, mode: 'single' | 'processes'): Promise<void> {
  const stack = await serve('./stack.server.ts', JSON.stringify({ STACK_MODE: mode }), say, isUrl);
  try {
    const api = stack.address;
    const products = await stockedProducts(api);
    const shoppers = Array.from({ length: SHOPPERS }, () => new Shopper(api));
    const add = async (turn: number) => {
      const product = at(products, turn + (Math.floor(turn / SHOPPERS) % USUAL_LINES));
      expectStatus(await at(shoppers, turn).addToCart(product), 201, 'add to cart');
    };
    const load = { perSecond: PER_SECOND, count: seconds * PER_SECOND };
    await measureAtRate('warm up', { ...load, count: WARM_UP_SECONDS * PER_SECOND }, add);
    printTable([
      await measureAtRate('GET /health', load, async () => {
        await send(`${api}/health`);
      }),
      await measureAtRate('POST /cart/items', load, add),
    ]);
  } finally {
    await stack.stop();
  }
}
