// `npm run bench -- checkout [seconds] [--details]`: complete checkouts against one Vici on this machine, and what each
// of them asks of Postgres and Redis.
import { Shopper } from '../support/api.ts';
import { expectStatus, isUrl, stockedProducts } from './bench-shop.ts';
import { measureWork, printTable } from './measure.ts';
import { type Served, serve } from './served.ts';
import { gained, isWork, printCalls, type WorkCount } from './work-counter.ts';

const SHOPPERS = 16;
const WARM_UP_SECONDS = 3;
/** Events are handled after the answer: what they cost belongs to the checkout, too. */
const QUIET_STATEMENTS = 40;
const PAUSE_MS = 500;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

function sumOf(calls: readonly [string, number][]): number {
  return calls.reduce((sum, [, count]) => sum + count, 0);
}

/** The count once the work that follows the answers is done. */
async function settledCount(stack: Served<string>): Promise<WorkCount> {
  for (let before = await stack.ask(isWork); ; ) {
    await pause();
    const after = await stack.ask(isWork);
    if (sumOf(gained(before.statements, after.statements)) < QUIET_STATEMENTS) return after;
    before = after;
  }
}

/** Runs the benchmark and prints what came of it. */
export async function benchCheckout(seconds: number, details: boolean): Promise<void> {
  const stack = await serve('./stack.server.ts', '', (sentence) => console.log(sentence), isUrl);
  try {
    const api = stack.address;
    const products = await stockedProducts(api);
    const shoppers = await Promise.all(
      Array.from({ length: SHOPPERS }, async () => {
        const shopper = new Shopper(api);
        await shopper.register();
        return { shopper, addressId: await shopper.addAddress() };
      }),
    );
    let done = 0;
    const checkout = async (lane: number): Promise<void> => {
      const [ready, product] = [shoppers[lane], products[lane]];
      if (ready === undefined || product === undefined) throw new Error('There are more lanes than shoppers');
      const { shopper, addressId } = ready;
      expectStatus(await shopper.addToCart(product), 201, 'add to cart');
      const { paymentIntentId } = await shopper.openPayment(addressId);
      expectStatus(await shopper.confirm(paymentIntentId, addressId), 200, 'confirm');
      done += 1;
    };
    await measureWork('warm-up', WARM_UP_SECONDS, SHOPPERS, checkout);
    const before = await settledCount(stack);
    done = 0;
    const measured = await measureWork(
      'checkout: add, calculate, intent, confirm',
      seconds,
      SHOPPERS,
      checkout,
    );
    const after = await settledCount(stack);
    printTable([measured]);
    const checkouts = done;
    const statements = gained(before.statements, after.statements);
    const commands = gained(before.commands, after.commands);
    console.table({
      'SQL statements a checkout': Math.round(sumOf(statements) / checkouts),
      'Redis commands a checkout': Math.round(sumOf(commands) / checkouts),
      'processor ms a checkout (Node)': Math.round((after.cpuMs - before.cpuMs) / checkouts),
    });
    if (details) {
      printCalls('SQL statements a checkout', statements, checkouts);
      printCalls('Redis commands a checkout', commands, checkouts);
    }
  } finally {
    await stack.stop();
  }
}
