import { deterministicId } from '@vici/utils/domain';
import { storePictures, urlOf } from '../../seed/picture-uploads.js';
import { type Addresses, PATIENT, type ShopClients, withShopClients } from '../../seed/shop-clients.js';
import { setStock } from '../../seed/stock-taking.js';
import { categoryOf, RETAIL_CATEGORIES, RETAIL_ROOT } from './categories.js';
import { pictureKey, retailPictures } from './pictures.js';
import { pictureVariantOf, productInput, type RetailProduct, skuOf } from './products.js';
import type { Purchase } from './purchases.js';
import type { ImportOutcome } from './report.js';
import type { RetailData } from './retail-data.js';

const PRODUCTS_A_CALL = 500;
const BASKETS_A_CALL = 1000;
const SALES_A_CALL = 5000;

type Progress = (sentence: string) => void;

/** Puts the data into a shop: categories, products, stock, purchase history. Run again, it changes nothing. */
export async function loadRetailData(
  data: RetailData,
  addresses: Addresses,
  onProgress: Progress,
): Promise<ImportOutcome> {
  return await withShopClients('online-retail-import', addresses, async (clients) => {
    onProgress('Categories and pictures');
    const urls = await storePictures(clients.product, retailPictures());
    await upsertCategories(clients.product, urls);
    const { ids, changed } = await loadProducts(data.products, clients, urls, onProgress);
    await recordSales(data.purchases, ids, clients.product);
    const baskets = await loadBaskets(data.purchases, ids, clients.recommendation, onProgress);
    return { productsChanged: changed, ...baskets };
  });
}

async function upsertCategories(
  product: ShopClients['product'],
  urls: ReadonlyMap<string, string>,
): Promise<void> {
  const leaves = RETAIL_CATEGORIES.map((category, index) => ({
    ...onlyContent(category),
    parentSlug: RETAIL_ROOT.slug,
    image: urlOf(urls, pictureKey(category, 0)),
    sortOrder: index + 1,
  }));
  const root = {
    ...onlyContent(RETAIL_ROOT),
    image: urlOf(urls, pictureKey(RETAIL_ROOT, 0)),
    sortOrder: 100,
  };
  await product.upsertCategories({ categories: [root, ...leaves] }, PATIENT);
}

function onlyContent({ slug, name, description, icon }: typeof RETAIL_ROOT) {
  return { slug, name, description, icon };
}

async function loadProducts(
  products: readonly RetailProduct[],
  clients: ShopClients,
  urls: ReadonlyMap<string, string>,
  onProgress: Progress,
): Promise<{ ids: ReadonlyMap<string, string>; changed: number }> {
  const ids = new Map<string, string>();
  let changed = 0;
  for (let start = 0; start < products.length; start += PRODUCTS_A_CALL) {
    const batch = products.slice(start, start + PRODUCTS_A_CALL);
    const inputs = batch.map((product) => productInput(product, pictureOf(product, urls)));
    const { products: stored } = await clients.product.upsertProducts({ products: inputs }, PATIENT);
    const idBySku = new Map(stored.map(({ sku, id }) => [sku, id]));
    changed += stored.filter((product) => product.changed).length;
    for (const { code } of batch) {
      ids.set(code, storedId(idBySku, skuOf(code)));
    }
    const counts = batch.map(({ code, stock }) => ({
      sku: skuOf(code),
      productId: storedId(idBySku, skuOf(code)),
      units: stock,
    }));
    await setStock(clients.inventory, 'online-retail', counts);
    onProgress(`Products and stock: ${ids.size} of ${products.length}`);
  }
  return { ids, changed };
}

function pictureOf({ code, name }: RetailProduct, urls: ReadonlyMap<string, string>): string {
  return urlOf(urls, pictureKey(categoryOf(name), pictureVariantOf(code)));
}

function storedId(ids: ReadonlyMap<string, string>, sku: string): string {
  const id = ids.get(sku);
  if (id === undefined) {
    throw new Error(`The product ${sku} was not stored.`);
  }
  return id;
}

/** What was sold makes a product popular in lists and search, as what is sold from now on does. */
async function recordSales(
  purchases: readonly Purchase[],
  productIds: ReadonlyMap<string, string>,
  product: ShopClients['product'],
): Promise<void> {
  const units = new Map<string, number>();
  for (const [code, quantity] of purchases.flatMap((purchase) => [...purchase.units])) {
    units.set(code, (units.get(code) ?? 0) + quantity);
  }
  const sales = [...units].map(([code, sold]) => ({ productId: storedId(productIds, code), units: sold }));
  for (let start = 0; start < sales.length; start += SALES_A_CALL) {
    const batch = sales.slice(start, start + SALES_A_CALL);
    await product.recordPastSales({ origin: 'online-retail', sales: batch }, PATIENT);
  }
}

async function loadBaskets(
  purchases: readonly Purchase[],
  productIds: ReadonlyMap<string, string>,
  recommendation: ShopClients['recommendation'],
  onProgress: Progress,
): Promise<{ basketsImported: number; basketsKnown: number }> {
  let [basketsImported, basketsKnown] = [0, 0];
  for (let start = 0; start < purchases.length; start += BASKETS_A_CALL) {
    const batch = purchases.slice(start, start + BASKETS_A_CALL);
    const baskets = batch.map((purchase) => basketOf(purchase, productIds));
    const rebuild = start + batch.length === purchases.length;
    const { imported, known } = await recommendation.importBaskets({ baskets, rebuild }, PATIENT);
    basketsImported += imported;
    basketsKnown += known;
    onProgress(`Purchase history: ${start + batch.length} of ${purchases.length} baskets`);
  }
  return { basketsImported, basketsKnown };
}

function basketOf({ invoice, at, customer, units }: Purchase, productIds: ReadonlyMap<string, string>) {
  const lines = [...units].map(([code, quantity]) => ({ productId: storedId(productIds, code), quantity }));
  return {
    id: deterministicId<'Basket'>('online-retail', 'invoice', invoice),
    boughtAt: new Date(at),
    ...(customer === undefined
      ? {}
      : { customer: deterministicId<'Customer'>('online-retail', 'customer', customer) }),
    lines,
  };
}
