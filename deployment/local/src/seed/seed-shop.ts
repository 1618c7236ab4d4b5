import { type ProductInput, ProductStatus, type UpsertedProduct } from '@vici/proto-gen/product';
import { isDomainError } from '@vici/utils';
import { DEMO_CUSTOMER } from '../stack/development-accounts.js';
import {
  type CatalogueCategory,
  type CatalogueProduct,
  categories,
  categoryImage,
  productImage,
  products,
} from './catalogue/index.js';
import { type Picture, storePictures, urlOf } from './picture-uploads.js';
import { type Addresses, PATIENT, type ShopClients, withShopClients } from './shop-clients.js';
import { type StockCount, setStock } from './stock-taking.js';

export type { Addresses } from './shop-clients.js';

type Progress = (sentence: string) => void;

const CALLER = 'local-seed';
const MOST_PRODUCTS_A_CALL = 200;
const VIEWS = [0, 1] as const;

/** Whether the shop has no product at all. */
export async function isCatalogueEmpty(addresses: Addresses): Promise<boolean> {
  return await withShopClients(CALLER, addresses, async ({ product }) => {
    const { page } = await product.listProducts({ page: { page: 1, limit: 1 } }, PATIENT);
    return (page?.total ?? 0n) === 0n;
  });
}

/** Loads the demo catalogue, its pictures and stock, and the demo customer. Run again, it changes nothing. */
export async function seedShop(addresses: Addresses, onProgress: Progress): Promise<void> {
  await withShopClients(CALLER, addresses, async (clients) => {
    onProgress('Loading the demo catalogue');
    const urls = await storeAllPictures(clients.product, onProgress);
    await clients.product.upsertCategories(
      { categories: categories.map((c) => categoryInput(c, urls)) },
      PATIENT,
    );
    await seedProducts(clients, urls);
    await registerCustomer(clients.auth);
    onProgress(`Loaded ${products.length} products in ${categories.length} categories`);
  });
}

async function storeAllPictures(
  product: ShopClients['product'],
  onProgress: Progress,
): Promise<ReadonlyMap<string, string>> {
  const total = categories.length + products.length * VIEWS.length;
  const step = Math.ceil(total / 4);
  return await storePictures(product, allPictures(), (stored) => {
    if (stored % step === 0) {
      onProgress(`Drawing pictures: ${stored} of ${total}`);
    }
  });
}

/** Drawn one by one as they are taken, so that not all are in memory at once. */
function* allPictures(): Generator<Picture> {
  for (const category of categories) {
    yield { key: categoryKey(category), svg: categoryImage(category) };
  }
  for (const product of products) {
    for (const view of VIEWS) {
      yield { key: productKey(product, view), svg: productImage(product, view) };
    }
  }
}

async function seedProducts(clients: ShopClients, urls: ReadonlyMap<string, string>): Promise<void> {
  for (let start = 0; start < products.length; start += MOST_PRODUCTS_A_CALL) {
    const batch = products.slice(start, start + MOST_PRODUCTS_A_CALL);
    const { products: stored } = await clients.product.upsertProducts(
      { products: batch.map((product) => productInput(product, urls)) },
      PATIENT,
    );
    const bySku = new Map(stored.map((product) => [product.sku, product]));
    await setStock(
      clients.inventory,
      'seed',
      batch.flatMap((product) => stockOf(product, bySku.get(product.sku))),
    );
  }
}

function categoryInput(category: CatalogueCategory, urls: ReadonlyMap<string, string>) {
  const { slug, name, description, parentSlug, icon, sortOrder } = category;
  const image = urlOf(urls, categoryKey(category));
  return {
    slug,
    name,
    description,
    image,
    icon,
    sortOrder,
    ...(parentSlug === undefined ? {} : { parentSlug }),
  };
}

function productInput(
  product: CatalogueProduct,
  urls: ReadonlyMap<string, string>,
): Omit<ProductInput, 'id'> {
  const { currency, originalPriceMinor } = product;
  const price = (minor: number) => ({ minor: BigInt(minor), currency });
  return {
    sku: product.sku,
    slug: product.slug,
    name: product.name,
    description: product.description,
    longDescription: product.longDescription,
    price: price(product.priceMinor),
    ...(originalPriceMinor === undefined ? {} : { originalPrice: price(originalPriceMinor) }),
    categorySlug: product.categorySlug,
    images: VIEWS.map((view) => urlOf(urls, productKey(product, view))),
    specifications: product.specifications,
    tags: product.tags,
    variants: product.variants.map((variant) => ({
      sku: variant.sku,
      name: variant.name,
      price: price(variant.priceMinor),
      attributes: variant.attributes,
    })),
    isNew: product.isNew,
    isFeatured: product.isFeatured,
    status: ProductStatus.ACTIVE,
    weightGrams: product.weightGrams,
    brand: product.brand,
  };
}

function stockOf(product: CatalogueProduct, stored: UpsertedProduct | undefined): StockCount[] {
  if (stored === undefined) {
    throw new Error(`The product ${product.sku} was not stored.`);
  }
  const { id: productId, variantIds } = stored;
  if (product.variants.length === 0) {
    return [{ sku: product.sku, productId, units: product.stock }];
  }
  return product.variants.map(({ sku, stock }) => {
    const variantId = variantIds[sku];
    return { sku, productId, units: stock, ...(variantId === undefined ? {} : { variantId }) };
  });
}

async function registerCustomer(auth: ShopClients['auth']): Promise<void> {
  try {
    await auth.register({ ...DEMO_CUSTOMER }, PATIENT);
  } catch (error) {
    // Registered by an earlier run.
    if (!isDomainError(error, 'EMAIL_TAKEN')) {
      throw error;
    }
  }
}

function categoryKey({ slug }: CatalogueCategory): string {
  return `categories/${slug}.svg`;
}

function productKey({ slug }: CatalogueProduct, view: number): string {
  return `products/${slug}-${view}.svg`;
}
