import { isDomainError, runInContext } from '@vici/utils';
import { storePictures, urlOf } from '../../seed/picture-uploads.js';
import { type Addresses, PATIENT, type ShopClients, withShopClients } from '../../seed/shop-clients.js';
import { setStock } from '../../seed/stock-taking.js';
import type { DummyProduct, DummyReview } from './dummyjson-file.js';
import { categoryKey, dummyPictures, productKey } from './pictures.js';
import {
  categoriesOf,
  MARKETPLACE,
  productId,
  productInput,
  reviewerId,
  reviewerName,
  reviewsOf,
  reviewTitle,
} from './products.js';

const PRODUCTS_A_CALL = 200;
const REVIEWS_AT_ONCE = 8;
const ORIGIN = 'dummyjson';

/** What an import did to the shop. */
export interface DummyOutcome {
  readonly products: number;
  readonly productsChanged: number;
  readonly categories: number;
  readonly reviewsNew: number;
  readonly reviewsKnown: number;
}

/** Puts the products into a shop: categories, pictures, products, stock, reviews. Run again, it changes nothing. */
export async function loadDummyProducts(
  products: readonly DummyProduct[],
  addresses: Addresses,
  onProgress: (sentence: string) => void,
): Promise<DummyOutcome> {
  return await withShopClients('dummyjson-import', addresses, async (clients) => {
    onProgress('Categories and pictures');
    const urls = await storePictures(clients.product, dummyPictures(products));
    const categories = await upsertCategories(clients.product, products, urls);
    onProgress('Products and stock');
    const productsChanged = await upsertProducts(clients, products, urls);
    onProgress('Reviews');
    const reviews = await writeReviews(clients.product, products);
    return { products: products.length, productsChanged, categories, ...reviews };
  });
}

async function upsertCategories(
  product: ShopClients['product'],
  products: readonly DummyProduct[],
  urls: ReadonlyMap<string, string>,
): Promise<number> {
  const root = { ...MARKETPLACE, image: urlOf(urls, categoryKey(MARKETPLACE)), sortOrder: 110 };
  const leaves = categoriesOf(products).map((category, index) => ({
    ...category,
    description: '',
    parentSlug: MARKETPLACE.slug,
    image: urlOf(urls, categoryKey(category)),
    sortOrder: index + 1,
  }));
  await product.upsertCategories({ categories: [root, ...leaves] }, PATIENT);
  return leaves.length;
}

async function upsertProducts(
  { product, inventory }: ShopClients,
  products: readonly DummyProduct[],
  urls: ReadonlyMap<string, string>,
): Promise<number> {
  let changed = 0;
  for (let start = 0; start < products.length; start += PRODUCTS_A_CALL) {
    const batch = products.slice(start, start + PRODUCTS_A_CALL);
    const inputs = batch.map((one) => productInput(one, urlOf(urls, productKey(one))));
    const { products: stored } = await product.upsertProducts({ products: inputs }, PATIENT);
    changed += stored.filter((one) => one.changed).length;
    const idBySku = new Map(stored.map(({ sku, id }) => [sku, id]));
    const counts = batch.map((one) => ({
      sku: one.sku,
      productId: idBySku.get(one.sku) ?? productId(one),
      units: one.stock,
    }));
    await setStock(inventory, ORIGIN, counts);
  }
  return changed;
}

/** Each in the name of its author; one that is there already, from an import before, stays as it is. */
async function writeReviews(
  product: ShopClients['product'],
  products: readonly DummyProduct[],
): Promise<Pick<DummyOutcome, 'reviewsNew' | 'reviewsKnown'>> {
  const waiting = products.flatMap((one) => reviewsOf(one).map((review) => ({ one, review })));
  const counts = { reviewsNew: 0, reviewsKnown: 0 };
  const queue = waiting.values();
  const worker = async (): Promise<void> => {
    for (const { one, review } of queue) {
      const isNew = await writeReview(product, productId(one), review);
      counts[isNew ? 'reviewsNew' : 'reviewsKnown'] += 1;
    }
  };
  await Promise.all(Array.from({ length: REVIEWS_AT_ONCE }, worker));
  return counts;
}

async function writeReview(
  product: ShopClients['product'],
  id: string,
  review: DummyReview,
): Promise<boolean> {
  const userId = reviewerId(review);
  const author = { requestId: `${ORIGIN}-${userId}`, caller: { role: 'customer' as const, userId } };
  const { rating, comment } = review;
  const request = {
    productId: id,
    rating,
    title: reviewTitle(review),
    comment,
    userName: reviewerName(review),
  };
  try {
    await runInContext(author, () => product.createReview(request, PATIENT));
    return true;
  } catch (error) {
    if (isDomainError(error, 'ALREADY_EXISTS')) {
      return false;
    }
    throw error;
  }
}
