import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StockOperation } from '@vici/proto-gen/inventory';
import { Placement } from '@vici/proto-gen/recommendation';
import { eventually } from '@vici/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDummyProducts } from '../import/dummyjson/dummyjson-file.js';
import { importDummyJson } from '../import/import-data.js';
import { loadRetailData } from '../import/online-retail/load-retail-data.js';
import { RetailCollector, type RetailData } from '../import/online-retail/retail-data.js';
import { readRetailFile } from '../import/online-retail/retail-file.js';
import { exportProductFile } from '../import/products/export-product-file.js';
import { importProductFile } from '../import/products/import-product-file.js';
import { DEMO_CUSTOMER } from '../stack/development-accounts.js';
import { startStack } from '../stack/local-stack.js';
import type { LocalStack } from '../stack/stack-options.js';
import { products } from './catalogue/index.js';
import { SEED_QUERIES } from './seed-queries.fixture.js';
import { type Addresses, isCatalogueEmpty, seedShop } from './seed-shop.js';
import { type ShopClients, withShopClients } from './shop-clients.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const quiet = (): void => undefined;
let folder = '';
let stack: LocalStack;
let addresses: Addresses;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-shop-'));
  await chmod(folder, 0o755);
  stack = await startStack(
    {
      root,
      dataDir: folder,
      ports: 'free',
      ephemeral: true,
      seed: false,
      env: { BCRYPT_COST: '4', NODE_ENV: 'test' },
    },
    ['auth', 'product', 'inventory', 'recommendation'],
  );
  const { grpc } = stack.endpoints;
  addresses = {
    auth: grpc('auth'),
    product: grpc('product'),
    inventory: grpc('inventory'),
    recommendation: grpc('recommendation'),
  };
}, 120_000);

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

function asking<T>(question: (clients: ShopClients) => Promise<T>): Promise<T> {
  return withShopClients('shop-content-spec', addresses, question);
}

async function stockOf(sku: string): Promise<number | undefined> {
  const { levels } = await asking(({ inventory }) => inventory.getStock({ skus: [sku] }));
  return levels[0]?.onHand;
}

describe('the seed', () => {
  it('fills an empty shop: products with pictures, stock and a customer', async () => {
    expect(await isCatalogueEmpty(addresses)).toBe(true);
    await seedShop(addresses, quiet);
    expect(await isCatalogueEmpty(addresses)).toBe(false);

    const { page } = await asking(({ product }) => product.listProducts({ page: { page: 1, limit: 1 } }));
    expect(page?.total).toBe(BigInt(products.length));
    const [simple] = products.filter(({ variants }) => variants.length === 0);
    const [varied] = products.filter(({ variants }) => variants.length > 0);
    if (simple === undefined || varied === undefined) throw new Error('the catalogue has both kinds');
    expect(await stockOf(simple.sku)).toBe(simple.stock);
    expect(await stockOf(varied.variants[0]?.sku ?? '')).toBe(varied.variants[0]?.stock);

    const stored = await asking(({ product }) =>
      product.getProduct({ by: { $case: 'slug', value: varied.slug } }),
    );
    expect(stored.variants).toHaveLength(varied.variants.length);
    expect(stored.images).toHaveLength(2);
    const picture = await fetch(stored.images[0] ?? '');
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(await picture.text()).toContain('<svg');

    const { email, password } = DEMO_CUSTOMER;
    const signedIn = await asking(({ auth }) => auth.login({ email, password }));
    expect(signedIn.account?.role).toBe('customer');
  }, 60_000);

  it('run again changes nothing: what was sold stays sold', async () => {
    const [product] = products.filter(({ variants }) => variants.length === 0);
    if (product === undefined) throw new Error('the catalogue has a product without variants');
    const find = () =>
      asking((clients) => clients.product.getProduct({ by: { $case: 'slug', value: product.slug } }));
    const { id } = await find();
    const sale = { sku: product.sku, productId: id, operation: StockOperation.SUBTRACT, quantity: 1 };
    await asking(({ inventory }) =>
      inventory.changeStock({ changes: [sale], reason: 'sold', reference: 'shop-content-spec' }),
    );
    await eventually(async () => expect((await find()).stock).toBe(product.stock - 1));
    const before = await find();

    await seedShop(addresses, quiet);

    expect(await stockOf(product.sku)).toBe(product.stock - 1);
    expect(await find()).toEqual(before);
  }, 60_000);
});

describe('search in the demo catalogue', () => {
  it('has at least 95 % of what is looked for among the first five', async () => {
    const missed: string[] = [];
    for (const [query, sku] of SEED_QUERIES) {
      const page = { page: 1, limit: 5 };
      const found = await asking(({ product }) => product.searchProducts({ query, page }));
      const skus = found.products.map((product) => product.sku);
      if (!skus.includes(sku)) missed.push(`${query}: ${skus.join(', ')} instead of ${sku}`);
    }

    expect(missed.length / SEED_QUERIES.length, missed.join('\n')).toBeLessThanOrEqual(0.05);
  }, 60_000);
});

describe('a file of products', () => {
  it.each(['csv', 'jsonl'])(
    'written as %s holds the whole shop, and read again changes nothing',
    async (type) => {
      const file = join(folder, `products.${type}`);
      const written = await asking((clients) => exportProductFile(clients, file, quiet));
      const { result, faults } = await asking((clients) => importProductFile(clients, file, false, quiet));

      expect(faults).toEqual([]);
      expect(result).toMatchObject({ created: 0, updated: 0, rejected: 0, unchanged: written });
      expect(written).toBe(products.length);
    },
    60_000,
  );

  it('has a name that tells its format', async () => {
    const file = join(folder, 'products.txt');
    await expect(asking((clients) => exportProductFile(clients, file, quiet))).rejects.toThrow(
      'has to end in .csv, .jsonl or .ndjson',
    );
  });
});

describe('the DummyJSON import', () => {
  const review = (reviewerName: string, rating: number) => ({
    rating,
    comment: 'Better than expected!',
    date: '2025-04-30T09:41:02.053Z',
    reviewerName,
    reviewerEmail: `${reviewerName.toLowerCase().replace(' ', '.')}@example.com`,
  });
  const scooter = {
    id: 1,
    title: "Women's Folding Scooter",
    description: 'Folds in a second.',
    category: 'womens-scooters',
    price: 149.99,
    discountPercentage: 25,
    stock: 12,
    tags: ['Vehicles', 'vehicles', 'scooters'],
    brand: 'Wheelie',
    sku: 'WOM-WHE-SCO-001',
    weight: 7,
    dimensions: { width: 10.5, height: 95, depth: 15 },
    warrantyInformation: '2 year warranty',
    meta: { barcode: '123' },
    reviews: [review('Grace Hopper', 5), review('Alan Turing', 2), review('Grace Hopper', 1)],
  };

  async function dataFolder(content: unknown): Promise<string> {
    const data = await mkdtemp(join(folder, 'dummyjson-'));
    await writeFile(join(data, 'products.json'), JSON.stringify(content));
    return data;
  }

  it('keeps brand, dimensions, stock, discount and reviews, and changes nothing when run again', async () => {
    const data = await dataFolder({ products: [scooter] });
    const first = await importDummyJson(data, addresses, quiet);
    const second = await importDummyJson(data, addresses, quiet);
    const { products: found } = await asking(({ product }) =>
      product.searchProducts({ query: 'wheelie scooter' }),
    );
    const productId = found[0]?.id ?? '';
    const { reviews } = await asking(({ product }) => product.listReviews({ productId }));

    const counts = { products: 1, categories: 1 };
    expect(first).toEqual({ ...counts, productsChanged: 1, reviewsNew: 2, reviewsKnown: 0 });
    expect(second).toEqual({ ...counts, productsChanged: 0, reviewsNew: 0, reviewsKnown: 2 });
    expect(found[0]).toMatchObject({
      slug: 'womens-folding-scooter-wom-whe-sco-001',
      price: { minor: 14999n, currency: 'USD' },
      originalPrice: { minor: 19999n, currency: 'USD' },
      categoryName: "Women's Scooters",
      brand: 'Wheelie',
      tags: ['vehicles', 'scooters'],
      specifications: {
        Width: '10.5',
        Height: '95',
        Depth: '15',
        Weight: '7',
        Warranty: '2 year warranty',
        Barcode: '123',
      },
    });
    expect(await stockOf(scooter.sku)).toBe(12);
    expect(reviews.map(({ userName, rating, title }) => [userName, rating, title]).toSorted()).toEqual([
      ['Alan T.', 2, 'Better than expected'],
      ['Grace H.', 5, 'Better than expected'],
    ]);
  }, 60_000);

  it('says what is wrong with the data', async () => {
    const read = (content: unknown) => dataFolder(content).then((data) => readDummyProducts(data, undefined));

    await expect(readDummyProducts(join(folder, 'nowhere'), undefined)).rejects.toThrow(
      'There is no products.json.gz or products.json to read',
    );
    await expect(read([{ ...scooter, price: 'cheap' }])).rejects.toThrow(/does not hold DummyJSON products/);
    expect(await readDummyProducts(await dataFolder([scooter, scooter]), 1)).toHaveLength(1);
  });
});

describe('the Online Retail import', () => {
  const LAMP = 'WHITE HANGING HEART T-LIGHT HOLDER';

  async function retailData(): Promise<RetailData> {
    const path = join(folder, 'retail.csv');
    const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
    const lines = [1, 2, 3].flatMap((invoice) => [
      `${invoice},85123A,${LAMP},6,2011-12-0${invoice} 08:26:00,2.55,1785${invoice}.0,United Kingdom`,
      `${invoice},71053,WHITE METAL LANTERN,2,2011-12-0${invoice} 08:26:00,3.39,1785${invoice}.0,United Kingdom`,
    ]);
    await writeFile(path, [header, ...lines].join('\n'));
    const collector = new RetailCollector(quiet);
    await readRetailFile(path, undefined, collector);
    return collector.finish();
  }

  it('makes products that are found, stocked and recommended together', async () => {
    const outcome = await loadRetailData(await retailData(), addresses, quiet);
    expect(outcome).toEqual({ productsChanged: 2, basketsImported: 3, basketsKnown: 0 });
    expect(await stockOf('UCI-85123A')).toBe(48);

    const found = await asking(({ product }) => product.searchProducts({ query: 'hanging heart holder' }));
    expect(found.products[0]).toMatchObject({
      name: LAMP,
      sku: 'UCI-85123A',
      price: { minor: 255n, currency: 'USD' },
      categoryName: 'Candles & lights',
    });
    const productId = found.products[0]?.id ?? '';
    await eventually(async () => {
      const { items } = await asking(({ recommendation }) =>
        recommendation.recommend({ placement: Placement.FREQUENTLY_BOUGHT, productId, limit: 1 }),
      );
      expect(items[0]?.product?.sku).toBe('UCI-71053');
    });
  }, 60_000);

  it('run again finds everything known', async () => {
    const outcome = await loadRetailData(await retailData(), addresses, quiet);
    expect(outcome).toEqual({ productsChanged: 0, basketsImported: 0, basketsKnown: 3 });
  }, 60_000);
});
