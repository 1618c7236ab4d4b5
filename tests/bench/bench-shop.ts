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
