// The whole of Vici in one process, as `./quick-start.sh up` runs it, with the demo catalogue and plenty of stock.
import { type Page, type Product, Shopper } from '../support/api.ts';
import { restock } from '../support/restock.ts';
import { startStack } from '../support/stack.ts';
import { report, untilReleased } from './served.ts';

const UNITS = 1_000_000;

const stack = await startStack({ onProgress: (progress) => report({ progress }) });
untilReleased(() => stack.stop());
const { data: page } = await new Shopper(stack.apiUrl).get<Page<Product>>('/products?limit=100');
await restock(
  stack,
  page.data.filter((product) => product.variants.length === 0),
  UNITS,
);
report({ address: stack.apiUrl });
