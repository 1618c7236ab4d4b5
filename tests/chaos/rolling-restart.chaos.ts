import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Page, type Product, Shopper } from '../support/api.ts';
import { query } from '../support/database.ts';
import { expectInvariantsToHold } from '../support/invariants.ts';
import { type ReplicatedStack, startReplicatedStack } from '../support/replicated-stack.ts';
import { restock } from '../support/restock.ts';
import { Traffic } from '../support/traffic.ts';

const START_MS = 300_000;
const RESTART_MS = 600_000;
const PLENTY = 1_000_000;
/** Requests a second; a smaller machine, or a busy one, may be asked for less. */
const RATE = Number(process.env['ROLLING_RATE'] ?? '100');
const SHOPPERS = 60;

let shop: ReplicatedStack;
let products: Product[];
beforeAll(async () => {
  shop = await startReplicatedStack();
  const { data } = await new Shopper(shop.apiUrl).get<Page<Product>>('/products?limit=100&inStock=true');
  products = data.data.filter(({ variants }) => variants.length === 0);
  await restock(shop.stack, products, PLENTY);
}, START_MS);
afterAll(() => shop?.stop(), START_MS);

it(
  `no request fails while all processes are started again one by one under ${RATE} requests a second`,
  async () => {
    const traffic = new Traffic({ apiUrl: shop.apiUrl, products, shoppers: SHOPPERS, rate: RATE });
    await traffic.prepare();
    traffic.start();
    const restarted: string[] = [];
    const restarting = shop.restartAll((service) => {
      restarted.push(service);
      traffic.note(`${service} is started again`);
    });
    const { failures, requests, orders, perSecond } = await restarting.then(
      () => traffic.stop(),
      async (error: unknown) => {
        await traffic.stop();
        throw error;
      },
    );
    process.stdout.write(
      `${requests} requests (${perSecond.toFixed(1)}/s), ${orders.length} orders, ${failures.length} failed\n`,
    );

    expect(failures).toEqual([]);
    expect(restarted).toHaveLength(11);
    expect(perSecond).toBeGreaterThan(RATE * 0.9);
    expect(orders.length).toBeGreaterThan(20);
    await expectInvariantsToHold(shop.stack);
    const kept = await query<{ id: string }>(
      shop.stack,
      'order',
      "select id from orders where status <> 'CANCELLED' and id = any($1)",
      [orders],
    );
    expect(kept).toHaveLength(orders.length);
  },
  RESTART_MS,
);
