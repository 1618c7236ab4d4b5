import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Confirmation, type Product, Shopper, type Totals } from './api.ts';

const UNANSWERED = 0;
const TURNS_AN_ORDER = 14;

/** A request that was not answered as it should have been. */
export interface FailedRequest {
  readonly step: string;
  readonly status: number;
  readonly error: string;
  /** What the test was at, see `note`. */
  readonly during: string;
}

/** What the traffic of a while came to. */
export interface TrafficReport {
  readonly requests: number;
  readonly orders: readonly string[];
  readonly perSecond: number;
  readonly failures: readonly FailedRequest[];
}

/** How much of what is asked for. */
export interface TrafficOptions {
  readonly apiUrl: string;
  readonly products: readonly Product[];
  readonly shoppers: number;
  /** Requests a second, all shoppers together. */
  readonly rate: number;
  /** Of so many turns of a shopper one is a purchase, the others looks around. Default: 14. */
  readonly turnsAnOrder?: number;
}

interface Person {
  readonly shopper: Shopper;
  readonly addressId: string;
}

/**
 * Shoppers who look around and buy, at a steady rate of requests: lists, pages, searches, recommendations, carts, events
 * and now and then a whole checkout. Every answer is looked at.
 */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #failures: FailedRequest[] = [];
  readonly #orders: string[] = [];
  #persons: Person[] = [];
  #requests = 0;
  #nextAt = 0;
  #beganAt = 0;
  #stopping = false;
  #during = 'nothing';
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** The shoppers register, which the traffic is not measured by. */
  async prepare(): Promise<void> {
    for (let index = 0; index < this.#options.shoppers; index += 1) {
      const shopper = new Shopper(this.#options.apiUrl);
      const { status } = await shopper.register();
      if (status !== 201) throw new Error(`A shopper could not register: ${status}`);
      this.#persons.push({ shopper, addressId: await shopper.addAddress() });
    }
  }

  start(): void {
    this.#beganAt = performance.now();
    this.#nextAt = this.#beganAt;
    this.#running = Promise.all(this.#persons.map((person, index) => this.#live(person, index)));
  }

  /** Says what happens from now on, for the failures to tell. */
  note(what: string): void {
    this.#during = what;
  }

  /** Each shopper ends what they are at. */
  async stop(): Promise<TrafficReport> {
    this.#stopping = true;
    await this.#running;
    const seconds = (performance.now() - this.#beganAt) / 1_000;
    return {
      requests: this.#requests,
      orders: this.#orders,
      perSecond: this.#requests / seconds,
      failures: this.#failures,
    };
  }

  async #live(person: Person, lane: number): Promise<void> {
    const { turnsAnOrder = TURNS_AN_ORDER } = this.#options;
    for (let turn = lane; !this.#stopping; turn += 1) {
      const product = this.#options.products[turn % this.#options.products.length];
      if (product === undefined) throw new Error('The traffic has no products');
      if (turn % turnsAnOrder === 0) await this.#buy(person, product);
      else await this.#look(person, product);
    }
  }

  async #look({ shopper }: Person, product: Product): Promise<void> {
    const visits: readonly (readonly [string, () => Promise<Answer<unknown>>, number])[] = [
      ['list', () => shopper.get('/products?limit=20'), 200],
      ['page', () => shopper.get(`/products/${product.id}`), 200],
      ['view', () => shopper.post(`/products/${product.id}/view`, {}), 204],
      ['search', () => shopper.get(`/products/search?q=${encodeURIComponent(product.name)}`), 200],
      ['related', () => shopper.get(`/products/${product.id}/related?limit=4`), 200],
      ['recommended', () => shopper.get('/products/recommended?limit=5'), 200],
      ['cart', () => shopper.get('/cart'), 200],
      ['orders', () => shopper.get('/orders?limit=5'), 200],
      ['profile', () => shopper.get('/users/profile'), 200],
    ];
    for (const [step, ask, wanted] of visits) {
      if (this.#stopping) return;
      await this.#ask(step, ask, wanted);
    }
  }

  async #buy({ shopper, addressId: shippingAddressId }: Person, product: Product): Promise<void> {
    if (!(await this.#ask('add to cart', () => shopper.addToCart(product), 201))) return;
    const quote = () => shopper.post<Totals>('/checkout/calculate', { shippingAddressId });
    const totals = (await this.#ask('calculate', quote, 200))?.data;
    if (totals === undefined) return;
    const { total: amount, currency } = totals;
    const key = { 'idempotency-key': randomUUID() };
    const open = () => shopper.post<{ id: string }>('/checkout/payment-intent', { amount, currency }, key);
    const intent = (await this.#ask('payment intent', open, 200))?.data.id;
    if (intent === undefined) return;
    const confirm = () => shopper.confirm(intent, shippingAddressId);
    const confirmation = (await this.#ask<Confirmation>('confirm', confirm, 200))?.data;
    if (confirmation === undefined) return;
    this.#orders.push(confirmation.orderId);
  }

  /** Asks when it is its turn; undefined when it was not answered as wanted. */
  async #ask<T>(step: string, ask: () => Promise<Answer<T>>, wanted: number): Promise<Answer<T> | undefined> {
    await this.#turn();
    this.#requests += 1;
    const answer = await ask().catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    if (!(answer instanceof Error) && answer.status === wanted) return answer;
    const failed =
      answer instanceof Error
        ? { status: UNANSWERED, error: `${answer.message} ${String(answer.cause ?? '')}` }
        : { status: answer.status, error: answer.body.error ?? 'no error' };
    this.#failures.push({ step, ...failed, during: this.#during });
    return undefined;
  }

  /** One request every so many milliseconds; what was missed is not made up for. */
  async #turn(): Promise<void> {
    const at = Math.max(this.#nextAt, performance.now());
    this.#nextAt = at + 1_000 / this.#options.rate;
    await sleep(Math.max(0, at - performance.now()));
  }
}
