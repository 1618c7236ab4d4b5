// `npm run bench -- checkout [seconds] [--details]`: complete checkouts (calculate, intent, confirm) against one Vici on
// this machine, of carts that were filled before, and what each of them asks of Postgres and Redis.
import { type Product, Shopper } from '../support/api.ts';
import { expectStatus, isUrl, stockedProducts } from './bench-shop.ts';
import { measureEach, printTable } from './measure.ts';
import { perEvent, processorTime } from './processor-time.ts';
import { type Served, serve } from './served.ts';
import { gained, isWork, printCalls, type WorkCount } from './work-counter.ts';

/** So many carts are bought for every second that is asked for. */
const CARTS_A_SECOND = 60;
const LANES = 16;
const WARM_UP_CARTS = 100;
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

interface Buyer {
  readonly shopper: Shopper;
  readonly addressId: string;
  readonly product: Product;
}

async function newBuyer(api: string, product: Product): Promise<Buyer> {
  const shopper = new Shopper(api);
  await shopper.register();
  return { shopper, addressId: await shopper.addAddress(), product };
}

async function fillCart({ shopper, product }: Buyer): Promise<void> {
  expectStatus(await shopper.addToCart(product), 201, 'add to cart');
}

async function buy({ shopper, addressId }: Buyer): Promise<void> {
  const { paymentIntentId } = await shopper.openPayment(addressId);
  expectStatus(await shopper.confirm(paymentIntentId, addressId), 200, 'confirm');
}

/** Shoppers with an account and an address, spread over the products. */
async function buyersOf(api: string, count: number): Promise<Buyer[]> {
  const products = await stockedProducts(api);
  const buyers: Buyer[] = [];
  const wanted = Array.from({ length: count }, (_, index) => products[index % products.length]);
  await measureEach('register', wanted, LANES, async (product) => {
    if (product === undefined) throw new Error('There is nothing to buy');
    buyers.push(await newBuyer(api, product));
  });
  return buyers;
}

/** Runs the benchmark and prints what came of it. */
export async function benchCheckout(seconds: number, details: boolean): Promise<void> {
  const stack = await serve('./stack.server.ts', '', (sentence) => console.log(sentence), isUrl);
  try {
    const buyers = await buyersOf(stack.address, seconds * CARTS_A_SECOND);
    const first = buyers.slice(0, WARM_UP_CARTS);
    await measureEach('warm-up: add', first, LANES, fillCart);
    await measureEach('warm-up: checkout', first, LANES, buy);
    const added = await measureEach('add to cart (not part of the checkout)', buyers, LANES, fillCart);
    const before = await settledCount(stack);
    const timesBefore = await processorTime();
    // A process goes on compiling itself for thousands of checkouts: the halves tell how far that goes.
    const half = Math.ceil(buyers.length / 2);
    const checkout = 'checkout: calculate, intent, confirm';
    const bought = await measureEach(checkout, buyers.slice(0, half), LANES, buy);
    const boughtNext = await measureEach(`${checkout}; second half`, buyers.slice(half), LANES, buy);
    const answered = performance.now();
    const after = await settledCount(stack);
    const checkouts = buyers.length - bought.failed - boughtNext.failed;
    printTable([added, bought, boughtNext]);
    printWork(before, after, checkouts, details);
    if (details) printProcessorTime(perEvent(timesBefore, await processorTime(), checkouts));
    const settled = (performance.now() - answered) / 1000;
    console.log(`All that follows a checkout was done ${settled.toFixed(1)} s after the last answer.`);
  } finally {
    await stack.stop();
  }
}

function printWork(before: WorkCount, after: WorkCount, checkouts: number, details: boolean): void {
  const statements = gained(before.statements, after.statements);
  const commands = gained(before.commands, after.commands);
  console.table({
    'messages to Postgres a checkout': Math.round(sumOf(statements) / checkouts),
    'Redis commands a checkout': Math.round(sumOf(commands) / checkouts),
    'processor ms a checkout (Node)': Math.round((after.cpuMs - before.cpuMs) / checkouts),
  });
  if (!details) return;
  printCalls('Messages to Postgres a checkout', statements, checkouts);
  printCalls('Redis commands a checkout', commands, checkouts);
}

function printProcessorTime(each: readonly [string, number][]): void {
  const all = each.reduce((sum, [, us]) => sum + us, 0);
  console.log('Processor milliseconds a checkout');
  for (const [program, us] of [...each, ['all together', all] as const]) {
    console.log(`${(us / 1_000).toFixed(2).padStart(8)}  ${program}`);
  }
}
