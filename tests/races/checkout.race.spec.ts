import type { LocalStack } from '@vici/local';
import { eventually, pauseAt } from '@vici/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  type Confirmation,
  type Order,
  type Page,
  type Product,
  Shopper,
} from '../support/api.ts';
import { query } from '../support/database.ts';
import { brokenInvariants, expectInvariantsToHold } from '../support/invariants.ts';
import { restock } from '../support/restock.ts';
import { startStack } from '../support/stack.ts';
import { TAMPERINGS } from './tamperings.ts';

const START_MS = 180_000;
const RACE_MS = 60_000;
const RUSH_MS = 180_000;
const BUYERS = 300;
const UNITS = 50;
/** Browsers at once; the others queue. More of them than two busy cores answer within a deadline would test the machine. */
const LANES = 10;

let stack: LocalStack;
let products: Product[];
beforeAll(async () => {
  stack = await startStack({ env: { SANDBOX_WEBHOOK_INTERVAL_MS: '50' } });
  const { data: page } = await new Shopper(stack.apiUrl).get<Page<Product>>(
    '/products?limit=100&inStock=true',
  );
  products = page.data.filter(({ variants, stock }) => variants.length === 0 && stock > 10);
}, START_MS);
afterAll(() => stack?.stop(), START_MS);

/** A product nobody else in this file buys. */
function nextProduct(): Product {
  const product = products.pop();
  if (product === undefined) throw new Error('The demo catalogue has too few products');
  return product;
}

interface Ready {
  readonly shopper: Shopper;
  readonly addressId: string;
  readonly intent: string;
}

/** A shopper with a filled cart and an open payment. */
async function ready(product = nextProduct()): Promise<Ready> {
  const shopper = new Shopper(stack.apiUrl);
  await shopper.register();
  const addressId = await shopper.addAddress();
  await shopper.addToCart(product);
  const { paymentIntentId } = await shopper.openPayment(addressId);
  return { shopper, addressId, intent: paymentIntentId };
}

const confirm = ({ shopper, addressId, intent }: Ready, method?: string) =>
  shopper.confirm(intent, addressId, method);
const ordersOf = async ({ shopper }: Ready) => (await shopper.get<Page<Order>>('/orders')).data.data;

/** What the payment came to, in both books. */
async function paymentOf({ intent }: Ready) {
  const [payment] = await query<{ status: string; charges: string; captured: string; refunded: string }>(
    stack,
    'payment',
    `select p.status, p.captured_minor as captured, p.refunded_minor as refunded,
        (select count(*) from sandbox.charges c where c.intent_id = p.provider_intent_id) as charges
      from payment_intents p where p.id = $1`,
    [intent],
  );
  return payment;
}

async function expectOneOrderOneCapture(
  buyer: Ready,
  answers: readonly Answer<Confirmation>[],
): Promise<void> {
  const orders = await ordersOf(buyer);
  expect(orders.map(({ status }) => status)).toEqual(['CONFIRMED']);
  expect(new Set(answers.map(({ data }) => data.orderId))).toEqual(new Set(orders.map(({ id }) => id)));
  expect(await paymentOf(buyer)).toMatchObject({ status: 'SUCCEEDED', charges: '1', refunded: '0' });
}

const untilPaymentIs = (buyer: Ready, status: string) =>
  eventually(async () => expect(await paymentOf(buyer)).toMatchObject({ status }));

describe('two confirms of one payment', () => {
  it.each(['order.saga.before-reserve-stock', 'payment.before-provider', 'order.saga.before-confirm-order'])(
    'lead to one order and one charge, the first held at %s while the second comes',
    async (point) => {
      const buyer = await ready();
      using pause = pauseAt(point);
      const first = confirm(buyer);
      await pause.reached;
      const second = confirm(buyer);
      pause.resume();

      await expectOneOrderOneCapture(buyer, await Promise.all([first, second]));
    },
    RACE_MS,
  );
});

describe('a confirm and the webhook of its charge', () => {
  it(
    'lead to one order and one capture when the webhook is first',
    async () => {
      const buyer = await ready();
      using pause = pauseAt('payment.after-provider');
      const confirming = confirm(buyer);
      await pause.reached;
      await untilPaymentIs(buyer, 'SUCCEEDED');
      pause.resume();

      await expectOneOrderOneCapture(buyer, [await confirming]);
    },
    RACE_MS,
  );

  it(
    'lead to one order and one capture when the webhook comes in the middle, and again',
    async () => {
      const buyer = await ready();
      using pause = pauseAt('payment.webhook-applied');
      const confirming = confirm(buyer, 'pm_card_duplicateWebhook');
      await pause.reached;
      pause.resume();

      await expectOneOrderOneCapture(buyer, [await confirming]);
    },
    RACE_MS,
  );
});

it(
  'a cancellation that a late webhook overtakes gives everything back once',
  async () => {
    const buyer = await ready();
    const { data } = await confirm(buyer, 'pm_card_lateWebhook');
    using pause = pauseAt('order.saga.before-undo-capture-payment');
    const cancelling = buyer.shopper.post<Order>(`/orders/${data.orderId}/cancel`, {});
    await pause.reached;
    const mine = `event -> 'intent' ->> 'reference' = $1`;
    await query(stack, 'payment', `update sandbox.webhooks set due_at = now() where ${mine}`, [buyer.intent]);
    await eventually(async () => {
      const delivered = await query(
        stack,
        'payment',
        `select 1 from sandbox.webhooks where ${mine} and delivered_at is not null`,
        [buyer.intent],
      );
      expect(delivered).toHaveLength(1);
    });
    pause.resume();

    expect((await cancelling).data.status).toBe('CANCELLED');
    const paid = await paymentOf(buyer);
    expect(paid).toMatchObject({ status: 'SUCCEEDED', charges: '1', refunded: paid?.captured });
  },
  RACE_MS,
);

describe('the deadline and the payment', () => {
  const passDeadline = ({ intent }: Ready) =>
    query(
      stack,
      'order',
      `update checkout_sagas set deadline_at = now() - interval '1 second', next_run_at = now()
        where payment_intent_id = $1`,
      [intent],
    );

  it(
    'keep the order when the money came in while time ran out',
    async () => {
      const buyer = await ready();
      using pause = pauseAt('payment.after-provider');
      const confirming = confirm(buyer);
      await pause.reached;
      await passDeadline(buyer);
      pause.resume();

      await expectOneOrderOneCapture(buyer, [await confirming]);
    },
    RACE_MS,
  );

  it(
    'end the order, and take no money afterwards, when time ran out first',
    async () => {
      const buyer = await ready();
      await confirm(buyer, 'pm_card_chargeDeclined');
      await passDeadline(buyer);
      const late = await confirm(buyer, 'pm_card_visa');

      expect(late.status).toBe(409);
      await eventually(async () =>
        expect((await ordersOf(buyer)).map(({ status }) => status)).toEqual(['CANCELLED']),
      );
      expect(await paymentOf(buyer)).toMatchObject({ status: 'CANCELLED', charges: '0' });
    },
    RACE_MS,
  );
});

it(
  'the last unit is sold to one of two who pay for it at once, and the other is told',
  async () => {
    const product = nextProduct();
    const buyers = [await ready(product), await ready(product)];
    await restock(stack, [product], 1);
    using pause = pauseAt('inventory.stock-locked');
    const confirming = buyers.map((buyer) => confirm(buyer));
    await pause.reached;
    pause.resume();
    const answers = await Promise.all(confirming);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error).toBe('INSUFFICIENT_STOCK');
    const charges = await Promise.all(buyers.map(async (buyer) => (await paymentOf(buyer))?.charges));
    expect(charges.sort()).toEqual(['0', '1']);
  },
  RACE_MS,
);

describe(`${BUYERS} buyers of ${UNITS} units`, () => {
  /** How far the shopper came: the status that ended it, and the order where there is one. */
  async function tryToBuy(product: Product): Promise<{ statuses: number[]; orderId?: string }> {
    const statuses: number[] = [];
    const shopper = new Shopper(stack.apiUrl);
    const note = <T>(answer: Answer<T>): Answer<T> => {
      statuses.push(answer.status);
      return answer;
    };
    note(await shopper.register());
    const shippingAddressId = await shopper.addAddress();
    if (note(await shopper.addToCart(product)).status !== 201) return { statuses };
    const quote = note(
      await shopper.post<{ total: number; currency: string }>('/checkout/calculate', { shippingAddressId }),
    );
    if (quote.status !== 200) return { statuses };
    const { total: amount, currency } = quote.data;
    const intent = note(await shopper.post<{ id: string }>('/checkout/payment-intent', { amount, currency }));
    if (intent.status !== 200) return { statuses };
    const bought = note(await shopper.confirm(intent.data.id, shippingAddressId));
    return bought.status === 200 ? { statuses, orderId: bought.data.orderId } : { statuses };
  }

  it(
    'come to exactly as many orders and captures, and to no failure of the shop',
    async () => {
      const product = nextProduct();
      await restock(stack, [product], UNITS);
      let left = BUYERS;
      const results: { statuses: number[]; orderId?: string }[] = [];
      const lane = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          results.push(await tryToBuy(product));
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));

      expect(results).toHaveLength(BUYERS);
      const statuses = new Set(results.flatMap((result) => result.statuses));
      expect([...statuses].filter((status) => status >= 500)).toEqual([]);
      const orderIds = results.flatMap(({ orderId }) => orderId ?? []);
      expect(new Set(orderIds).size).toBe(UNITS);
      const [stock] = await query(
        stack,
        'inventory',
        'select on_hand, reserved from stock_items where sku = $1',
        [product.sku],
      );
      expect(stock).toEqual({ on_hand: 0, reserved: 0 });
      const [captures] = await query(
        stack,
        'payment',
        `select count(*)::int as captures from payment_intents where status = 'SUCCEEDED' and order_id = any($1)`,
        [orderIds],
      );
      expect(captures).toEqual({ captures: UNITS });
    },
    RUSH_MS,
  );
});

it('after all of that every invariant of the shop holds', () => expectInvariantsToHold(stack), RUSH_MS);

it(
  'and is found broken as soon as somebody has tampered with the books',
  async () => {
    for (const [service, tamper, ...invariants] of TAMPERINGS) {
      const before = (await brokenInvariants(stack)).map(({ invariant }) => invariant);
      await query(stack, service, tamper);
      const after = (await brokenInvariants(stack)).map(({ invariant }) => invariant);
      for (const invariant of invariants) {
        expect(before).not.toContain(invariant);
        expect(after).toContain(invariant);
      }
    }
  },
  RACE_MS,
);
