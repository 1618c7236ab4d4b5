import type { CatalogueProduct } from './catalogue.types.js';
import { productsOf } from './product-table.js';
import { backpacks } from './products/backpacks.products.js';
import { bottles } from './products/bottles.products.js';
import { candles } from './products/candles.products.js';
import { cookware } from './products/cookware.products.js';
import { headphones } from './products/headphones.products.js';
import { jackets } from './products/jackets.products.js';
import { kettles } from './products/kettles.products.js';
import { keyboards } from './products/keyboards.products.js';
import { lamps } from './products/lamps.products.js';
import { mugs } from './products/mugs.products.js';
import { smartwatches } from './products/smartwatches.products.js';
import { sneakers } from './products/sneakers.products.js';
import { speakers } from './products/speakers.products.js';
import { tShirts } from './products/t-shirts.products.js';
import { tents } from './products/tents.products.js';
import { throws } from './products/throws.products.js';

export { categoryImage, productImage } from './art/catalogue-image.js';
export type { CatalogueCategory, CatalogueProduct, CatalogueVariant } from './catalogue.types.js';
export { categories } from './categories.js';

/** The demo catalogue: 240 products, fifteen in each leaf of the tree, the same on every run. */
export const products: readonly CatalogueProduct[] = [
  headphones,
  speakers,
  keyboards,
  smartwatches,
  mugs,
  cookware,
  kettles,
  lamps,
  throws,
  candles,
  sneakers,
  tShirts,
  jackets,
  backpacks,
  bottles,
  tents,
].flatMap(productsOf);
