// `npm run bench:notifications [mails|orders] [seconds] [--details]`: mails through notification-service to an SMTP sink at
// 200 orders/s and as fast as they go; then, on a whole Vici, from an order's confirmation to its mail at 20 orders/s.
import { setTimeout as sleep } from 'node:timers/promises';
import { createEventBus, type EventBus, type OrderSnapshot, toMessages } from '@vici/events';
import { Logger } from '@vici/utils';
import {
  anOrder,
  confirmed,
} from '../../services/notification-service/src/interface/fixtures/order-event.fixture.ts';
import { expectStatus, isUrl, type OpenPayment, openPayments, say, stockedProducts } from './bench-shop.ts';
import { type MailSink, openMailSink } from './mail.sink.ts';
import { measureAtRate, percentile } from './measure.ts';
import { serve } from './served.ts';
import { gained, isWork, printCalls, type WorkCount } from './work-counter.ts';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const [subject] = words.filter((word) => word === 'mails' || word === 'orders');
const seconds = Number(words.find((word) => word !== subject) ?? 10);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench:notifications [mails|orders] [seconds per case] [--details]');
  process.exit(2);
}
const MAILS_PER_SECOND = 200;
const ORDERS_PER_SECOND = 20;
const WARM_UP_MAILS = 400;
const WARM_UP_SECONDS = 5;
const LANES = 8;
const CONFIRMATION = /^Your order .* is confirmed$/;
/** Nothing new came for so long: what is missing then is lost. */
const SILENCE_MS = 5_000;

/** Until `count` mails have come since `from`, or none comes any more. */
async function untilTaken(sink: MailSink, from: number, count: number): Promise<void> {
  for (let seen = -1, since = performance.now(); sink.taken.length - from < count; ) {
    if (sink.taken.length !== seen) [seen, since] = [sink.taken.length, performance.now()];
    else if (performance.now() - since > SILENCE_MS) return;
    await sleep(5);
  }
}

/** Tells what became of the mails to these recipients, each due at its moment. */
function judge(name: string, sink: MailSink, dueAt: ReadonlyMap<string, number>, isTheOne: RegExp): void {
  const mails = sink.taken.filter(({ recipient, subject }) => dueAt.has(recipient) && isTheOne.test(subject));
  const firstAt = new Map(mails.toReversed().map(({ recipient, at }) => [recipient, at]));
  const times = [...firstAt]
    .map(([recipient, at]) => at - (dueAt.get(recipient) ?? at))
    .sort((a, b) => a - b);
  const took = (mails.at(-1)?.at ?? 0) - Math.min(...dueAt.values());
  const at = (share: number) => `${Math.round(percentile(times, share))} ms`;
  say(
    `${name}: ${((1_000 * firstAt.size) / took).toFixed(0)} mails/s, p50 ${at(0.5)}, p99 ${at(0.99)}; ` +
      `of ${dueAt.size} orders ${dueAt.size - firstAt.size} without a mail, ${mails.length - firstAt.size} mails too many`,
  );
}

interface Mailing {
  readonly bus: EventBus;
  readonly sink: MailSink;
}

/** Publishes confirmed orders at a rate (all at once without one) and waits for their mails. */
async function mail({ bus, sink }: Mailing, count: number, perSecond?: number): Promise<Map<string, number>> {
  const orders: OrderSnapshot[] = Array.from({ length: count }, () => anOrder());
  const dueAt = new Map<string, number>();
  const from = sink.taken.length;
  const publish = async (order: OrderSnapshot | undefined) => {
    if (order === undefined) throw new Error('There are more mails than orders');
    dueAt.set(order.email, performance.now());
    await bus.publish(toMessages(confirmed(order)));
  };
  if (perSecond === undefined) await Promise.all(orders.map(publish));
  else await measureAtRate('publishing', { perSecond, count }, (index) => publish(orders[index]));
  await untilTaken(sink, from, count);
  return dueAt;
}

function printWork(before: WorkCount, after: WorkCount, mails: number): void {
  const statements = gained(before.statements, after.statements);
  const sum = statements.reduce((total, [, count]) => total + count, 0);
  say(
    `${(sum / mails).toFixed(1)} SQL statements and ${((after.cpuMs - before.cpuMs) / mails).toFixed(2)} ms of the processor a mail`,
  );
  if (process.argv.includes('--details')) printCalls('SQL statements a mail', statements, mails);
}

async function measureMails(sink: MailSink): Promise<void> {
  const server = await serve('./notifications.server.ts', sink.url, say, isUrl);
  const logger = new Logger({ service: 'bench', level: 'error' });
  const bus = createEventBus({ kind: 'redis', url: server.address }, { clientName: 'bench', logger });
  const mailing = { bus, sink };
  try {
    await mail(mailing, WARM_UP_MAILS, MAILS_PER_SECOND);
    const before = await server.ask(isWork);
    const steady = await mail(mailing, MAILS_PER_SECOND * seconds, MAILS_PER_SECOND);
    const after = await server.ask(isWork);
    judge(`event → mail at ${MAILS_PER_SECOND} orders/s`, sink, steady, CONFIRMATION);
    printWork(before, after, steady.size);
    const burst = await mail(mailing, MAILS_PER_SECOND * seconds);
    judge('event → mail, all at once', sink, burst, CONFIRMATION);
    say(`${sink.connections()} connections for ${sink.taken.length} mails`);
  } finally {
    await bus.close();
    await server.stop();
  }
}

/** Confirms open payments at the rate and waits for their mails; when each was clicked, by recipient. */
async function confirmAll(sink: MailSink, opened: readonly OpenPayment[]): Promise<Map<string, number>> {
  const from = sink.taken.length;
  const clickedAt = new Map<string, number>();
  const rate = { perSecond: ORDERS_PER_SECOND, count: opened.length };
  await measureAtRate('confirming', rate, async (index) => {
    const payment = opened[index];
    if (payment === undefined) throw new Error('There are more confirms than payments');
    const { shopper, addressId, paymentIntentId } = payment;
    // From the click, not from the answer: the confirmation counts too.
    clickedAt.set(shopper.email, performance.now());
    expectStatus(await shopper.confirm(paymentIntentId, addressId), 200, 'confirm');
  });
  await untilTaken(sink, from, opened.length);
  return clickedAt;
}

async function measureOrders(sink: MailSink): Promise<void> {
  const stack = await serve('./stack.server.ts', JSON.stringify({ SMTP_URL: sink.url }), say, isUrl);
  try {
    const products = await stockedProducts(stack.address);
    let turn = 0;
    const from = sink.taken.length;
    const warmUp = ORDERS_PER_SECOND * WARM_UP_SECONDS;
    const opened = await openPayments(stack.address, warmUp + ORDERS_PER_SECOND * seconds, LANES, () => {
      const product = products[turn++ % products.length];
      if (product === undefined) throw new Error('The demo catalogue has nothing to buy');
      return product;
    });
    // Each of them was welcomed.
    await untilTaken(sink, from, opened.length);
    await confirmAll(sink, opened.slice(0, warmUp));
    const clickedAt = await confirmAll(sink, opened.slice(warmUp));
    judge(`confirm clicked → mail at ${ORDERS_PER_SECOND} orders/s`, sink, clickedAt, CONFIRMATION);
  } finally {
    await stack.stop();
  }
}

const sink = await openMailSink();
try {
  if (subject !== 'orders') await measureMails(sink);
  if (subject !== 'mails') await measureOrders(sink);
} finally {
  await sink.stop();
}
