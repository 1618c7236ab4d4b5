import { DEMO_ADMIN, type LocalStack } from '@vici/local';
import { eventually } from '@vici/testing';
import { expect } from 'vitest';
import {
  type Cart,
  type Confirmation,
  type Order,
  type Page,
  type Product,
  Shopper,
} from '../support/api.ts';
import { startStack } from '../support/stack.ts';

/** How long the shop may take to come to rest after a service was killed. */
const TO_REST_MS = 60_000;
const PATIENT = { timeoutMs: TO_REST_MS, intervalMs: 250 };
const UNANSWERED = 0;

/** Every service in a process of its own, quick to notice that another one is gone. */
export async function startChaosStack(): Promise<LocalStack> {
  const stack = await startStack({
    mode: 'processes',
    env: { VICI_CHECKPOINT_ORDERS: '1' },
    serviceEnv: {
      order: { CHECKOUT_LEASE_MS: '1000' },
      payment: { PAYMENT_RECOVERY_AFTER_MS: '500', PAYMENT_RECOVERY_INTERVAL_MS: '250' },
    },
  });
  await addPromotion(stack);
  return stack;
}

/** Every cart has a discount, so that every checkout has uses of a promotion to redeem and to give back. */
async function addPromotion(stack: LocalStack): Promise<void> {
  const admin = new Shopper(stack.apiUrl);
  await admin.signIn(DEMO_ADMIN.email, DEMO_ADMIN.password);
  const promotion = { type: 'PERCENTAGE', value: 10, name: 'Ten per cent for all' };
  expect(await admin.post('/admin/coupons', promotion)).toMatchObject({ status: 201 });
}

/** A shopper who buys one lamp after the other while services die. */
export class Buyer {
  readonly shopper: Shopper;
  readonly #stack: LocalStack;
  #addressId = '';

  constructor(stack: LocalStack) {
    this.#stack = stack;
    this.shopper = new Shopper(stack.apiUrl);
  }

  async arrive(): Promise<this> {
    await this.shopper.register();
    this.#addressId = await this.shopper.addAddress();
    return this;
  }

  /** A filled cart and a payment that is open for it; asked for again while a service is not back yet. */
  async openPayment(): Promise<string> {
    await eventually(() => this.fillCart(), PATIENT);
    return await eventually(async () => {
      const { paymentIntentId } = await this.shopper.openPayment(this.#addressId);
      expect(paymentIntentId).toBeDefined();
      return paymentIntentId;
    }, PATIENT);
  }

  private async fillCart(): Promise<void> {
    const { data: page } = await this.shopper.get<Page<Product>>('/products?limit=100&inStock=true');
    const product = page.data.find(({ variants, stock }) => variants.length === 0 && stock > 20);
    if (product === undefined) throw new Error('The demo catalogue has no product to buy');
    expect(await this.shopper.addToCart(product)).toMatchObject({ status: 201 });
  }

  /** What the confirm was answered; 0 when the gateway was gone. */
  async confirm(paymentIntentId: string, paymentMethod = 'pm_card_visa'): Promise<number> {
    return await this.shopper.confirm(paymentIntentId, this.#addressId, paymentMethod).then(
      ({ status }) => status,
      () => UNANSWERED,
    );
  }

  /** Confirms as a browser does that was not answered: until it is told the order. */
  async confirmUntilTold(paymentIntentId: string): Promise<Confirmation> {
    return await eventually(async () => {
      const answer = await this.shopper.confirm(paymentIntentId, this.#addressId);
      expect(answer).toMatchObject({ status: 200, data: { status: 'success' } });
      return answer.data;
    }, PATIENT);
  }

  /**
   * Until what was bought is out of the cart. A cart-service that died in that moment is told again, and whoever fills the
   * cart before that buys those units with the new ones.
   */
  async cartIsEmptied(): Promise<void> {
    await eventually(async () => {
      expect(await this.shopper.get<Cart>('/cart')).toMatchObject({ status: 200, data: { items: [] } });
    }, PATIENT);
  }

  async cancel(orderId: string): Promise<number> {
    return await this.shopper.post(`/orders/${orderId}/cancel`, {}).then(
      ({ status }) => status,
      () => UNANSWERED,
    );
  }

  async cancelUntilDone(orderId: string): Promise<void> {
    await eventually(async () => {
      await this.cancel(orderId);
      expect((await this.orders()).find(({ id }) => id === orderId)?.status).toBe('CANCELLED');
    }, PATIENT);
  }

  async orders(): Promise<Order[]> {
    return (await this.shopper.get<Page<Order>>('/orders?limit=100')).data.data;
  }

  /** How many mails about an order have come. */
  async mailsOf({ number }: Order): Promise<number> {
    const mails = await this.#stack.mailbox.messages();
    return mails.filter(({ to, subject }) => to.includes(this.shopper.email) && subject.includes(number))
      .length;
  }
}
