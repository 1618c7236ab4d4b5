import { type Answer, type Page, type Product, Shopper } from '../support/api.ts';

const PLENTY = 100_000;
const LEAST_PRODUCTS = 20;

export const isUrl = (value: unknown): value is string => typeof value === 'string';
export const say = (sentence: string): void => console.log(sentence);

/** What the stack has stocked up, once the catalogue has heard of it: nothing runs out while it is measured. */
export async function stockedProducts(api: string): Promise<Product[]> {
  for (let tries = 0; tries < 50; tries += 1) {
    const { data: page } = await new Shopper(api).get<Page<Product>>('/products?limit=100&inStock=true');
    const stocked = page.data.filter(({ stock, variants }) => variants.length === 0 && stock > PLENTY);
    if (stocked.length >= LEAST_PRODUCTS) return stocked;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The catalogue has not heard of the new stock');
}

/** Fails the run when an answer is not the wanted one. */
export function expectStatus({ status, body }: Answer<unknown>, wanted: number, step: string): void {
  if (status !== wanted) throw new Error(`${step} answered ${status} ${body.error ?? ''}`);
}

/** A shopper with an account and an address. */
export async function readyShopper(api: string): Promise<{ shopper: Shopper; addressId: string }> {
  const shopper = new Shopper(api);
  await shopper.register();
  return { shopper, addressId: await shopper.addAddress() };
}

/** Somebody who has only to confirm. */
export interface OpenPayment {
  readonly shopper: Shopper;
  readonly addressId: string;
  readonly paymentIntentId: string;
}

/** At least `count` shoppers with a filled cart and an open payment each, prepared in `lanes` lanes. */
export async function openPayments(
  api: string,
  count: number,
  lanes: number,
  next: () => Product,
): Promise<OpenPayment[]> {
  const opened: OpenPayment[] = [];
  const lane = async (): Promise<void> => {
    while (opened.length < count) {
      const { shopper, addressId } = await readyShopper(api);
      expectStatus(await shopper.addToCart(next()), 201, 'add to cart');
      opened.push({ shopper, addressId, ...(await shopper.openPayment(addressId)) });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return opened;
}
