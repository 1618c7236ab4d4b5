import { randomUUID } from 'node:crypto';
import { send } from './http-client.ts';

/** An answer of the API as it came over the wire. */
export interface Answer<T> {
  readonly status: number;
  /** The envelope's `data`; undefined for an answer without a body. */
  readonly data: T;
  /** The envelope itself: of a failure it names the error. */
  readonly body: {
    readonly success: boolean;
    readonly error?: string;
    readonly details?: Record<string, unknown>;
  };
}

/** What the tests read of the contract's shapes. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly sku: string;
  readonly price: number;
  readonly stock: number;
  readonly categoryId: string;
  readonly images: string[];
  readonly variants: { readonly id: string; readonly stock: number; readonly price: number }[];
}
export interface Page<T> {
  readonly data: T[];
  readonly pagination: {
    readonly page: number;
    readonly limit: number;
    readonly total: number;
    readonly totalPages: number;
  };
}
export interface CartItem {
  readonly id: string;
  readonly productId: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly totalPrice: number;
}
export interface Cart {
  readonly id: string;
  readonly items: CartItem[];
  readonly subtotal: number;
  readonly total: number;
}
export interface Totals {
  readonly subtotal: number;
  readonly shipping: number;
  readonly tax: number;
  readonly discount: number;
  readonly total: number;
  readonly currency: string;
}
export interface Order extends Totals {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly items: CartItem[];
}
export interface Confirmation {
  readonly orderId: string;
  readonly paymentId: string;
  readonly status: string;
  readonly total: number;
}

/** @throws Error with what a failure was answered with */
function dataOf<T>({ status, data, body }: Answer<T>): T {
  if (status >= 300) throw new Error(`Answered ${status}: ${JSON.stringify(body)}`);
  return data;
}

/** A browser: one guest session and, once signed in, one account. */
export class Shopper {
  readonly sessionId: string = randomUUID();
  readonly email: string = `shopper-${randomUUID()}@example.com`;
  readonly #api: string;
  #accessToken: string | undefined;

  /** `url` is the gateway's address without `/api`. */
  constructor(url: string) {
    this.#api = `${url}/api`;
  }

  /** Somebody who has an account already. @throws Error when the password is not right */
  static async signedIn(url: string, email: string, password: string): Promise<Shopper> {
    const person = new Shopper(url);
    const { status, data } = await person.post<{ accessToken: string }>('/auth/login', { email, password });
    if (status !== 200) throw new Error(`${email} cannot sign in: ${status}`);
    person.#accessToken = data.accessToken;
    return person;
  }

  async request<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const { status, text } = await send(`${this.#api}${path}`, {
      method,
      headers: {
        'x-session-id': this.sessionId,
        ...(this.#accessToken !== undefined && { authorization: `Bearer ${this.#accessToken}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const envelope = text === '' ? { success: status >= 200 && status < 300 } : JSON.parse(text);
    return { status, data: envelope.data, body: envelope };
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.request<T>('GET', path);
  }

  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>> {
    return this.request<T>('POST', path, body, headers);
  }

  async register(
    headers?: Record<string, string>,
  ): Promise<Answer<{ user: { id: string; email: string }; accessToken: string }>> {
    const answer = await this.post<{ user: { id: string; email: string }; accessToken: string }>(
      '/auth/register',
      {
        email: this.email,
        password: 'difference engine',
        firstName: 'Ada',
        lastName: 'Lovelace',
      },
      headers,
    );
    if (answer.status === 201) this.#accessToken = answer.data.accessToken;
    return answer;
  }

  /** Signs in with an account that is there. */
  async signIn(email: string, password: string): Promise<void> {
    const answer = await this.post<{ accessToken: string }>('/auth/login', { email, password });
    if (answer.status !== 200) throw new Error(`The sign-in was answered ${answer.status}`);
    this.#accessToken = answer.data.accessToken;
  }

  /** Keeps a shipping address; gives its id. @throws Error with the status when it was refused */
  async addAddress(): Promise<string> {
    const { status, data, body } = await this.post<{ id: string }>('/users/addresses', {
      firstName: 'Ada',
      lastName: 'Lovelace',
      addressLine1: '1 Market Street',
      city: 'San Francisco',
      state: 'CA',
      postalCode: '94105',
      country: 'US',
      phone: '+1 415 555 0100',
    });
    if (status !== 201) throw new Error(`The address was not kept: ${status} ${body.error}`);
    return data.id;
  }

  /** Puts a product into the cart, the first variant in stock where it is sold in variants. */
  async addToCart(product: Product, quantity = 1): Promise<Answer<Cart>> {
    const variant = product.variants.find((candidate) => candidate.stock >= quantity);
    return await this.post<Cart>('/cart/items', {
      productId: product.id,
      ...(variant !== undefined && { variantId: variant.id }),
      quantity,
    });
  }

  /**
   * From a filled cart to the provider's payment intent: calculate, then open a payment for exactly that.
   * @throws Error with the answer that refused one of them
   */
  async openPayment(shippingAddressId: string): Promise<{ totals: Totals; paymentIntentId: string }> {
    const priced = await this.post<Totals>('/checkout/calculate', { shippingAddressId });
    const { total: amount, currency } = dataOf(priced);
    const opened = await this.post<{ id: string }>('/checkout/payment-intent', { amount, currency });
    return { totals: priced.data, paymentIntentId: dataOf(opened).id };
  }

  confirm(
    paymentIntentId: string,
    shippingAddressId: string,
    paymentMethod = 'pm_card_visa',
  ): Promise<Answer<Confirmation>> {
    return this.post<Confirmation>('/checkout/confirm', {
      paymentIntentId,
      shippingAddressId,
      paymentMethod,
    });
  }
}
