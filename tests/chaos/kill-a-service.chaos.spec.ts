import type { LocalStack } from '@vici/local';
import { eventually } from '@vici/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Order, type Page, type Product, Shopper } from '../support/api.ts';
import { startStack } from '../support/stack.ts';

const START_MS = 180_000;
/** The sandbox takes three seconds over this card: time enough to kill somebody in the middle of the payment. */
const SLOW_CARD = 'pm_card_slow';
const INTO_THE_PAYMENT_MS = 1200;
const BACK_TO_LIFE_MS = 45_000;

let stack: LocalStack;
beforeAll(async () => {
  stack = await startStack({ mode: 'processes' });
}, START_MS);
afterAll(() => stack?.stop(), START_MS);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it.each([
  'auth',
  'user',
  'product',
  'inventory',
  'cart',
  'order',
  'payment',
  'recommendation',
  'event',
  'notification',
])(
  'the order is confirmed, paid once and mailed once when %s is killed during its payment and started again',
  async (service) => {
    const shopper = new Shopper(stack.apiUrl);
    const { data: page } = await shopper.get<Page<Product>>('/products?limit=100&inStock=true');
    const product = page.data.find((candidate) => candidate.variants.length === 0 && candidate.stock > 20);
    if (product === undefined) throw new Error('The demo catalogue has no product to buy');
    await shopper.register();
    const shippingAddressId = await shopper.addAddress();
    await shopper.addToCart(product);
    const { paymentIntentId } = await shopper.openPayment(shippingAddressId);

    const confirming = shopper.confirm(paymentIntentId, shippingAddressId, SLOW_CARD);
    await sleep(INTO_THE_PAYMENT_MS);
    await stack.kill(service, 'SIGKILL');
    await stack.restart(service);
    await confirming;

    await eventually(
      async () => {
        const { data: orders } = await shopper.get<Page<Order>>('/orders');
        expect(orders.data.map((order) => order.status)).toEqual(['CONFIRMED']);
        const [order] = orders.data;
        const mails = (await stack.mailbox.messages()).filter(
          (mail) => mail.to.includes(shopper.email) && mail.subject.includes(order?.number ?? 'no order'),
        );
        expect(mails).toHaveLength(1);
      },
      { timeoutMs: BACK_TO_LIFE_MS, intervalMs: 250 },
    );
    const confirmedAgain = await shopper.confirm(paymentIntentId, shippingAddressId, SLOW_CARD);
    expect(confirmedAgain).toMatchObject({ status: 200, data: { status: 'success' } });
  },
  2 * BACK_TO_LIFE_MS,
);
