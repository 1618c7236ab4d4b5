import { Database, sql } from '@vici/database';
import { createEvent } from '@vici/events';
import {
  type ProductFilter,
  ProductServiceDefinition,
  ProductSort,
  ProductStatus,
} from '@vici/proto-gen/product';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ProductTables } from '../infrastructure/product.tables.js';
import { productService } from '../product.service.js';
import { categoryInputs, productInput, variantInput } from './product.fixture.js';

const service = useService(productService);
const products = () => service.client(ProductServiceDefinition);
const asSystem = <T>(work: () => Promise<T>) => asCaller({ role: 'system' }, work);

const usd = (minor: bigint) => ({ minor, currency: 'USD' });
const ids: Record<string, string> = {};

const catalogue = [
  productInput({
    sku: 'LAMP',
    name: 'Brass Lamp',
    categorySlug: 'lighting',
    price: usd(4900n),
    originalPrice: usd(5900n),
    tags: ['brass', 'warm'],
  }),
  productInput({
    sku: 'WAX',
    name: 'Beeswax Candle',
    categorySlug: 'candles',
    price: usd(900n),
    tags: ['warm'],
    isNew: true,
  }),
  productInput({
    sku: 'PAN',
    name: 'Iron Pan',
    categorySlug: 'kitchen',
    price: usd(4900n),
    isFeatured: true,
    tags: ['iron'],
  }),
  productInput({
    sku: 'BEAR',
    name: 'Teddy Bear',
    categorySlug: 'toys',
    price: usd(2500n),
    tags: ['soft', 'warm'],
  }),
  productInput({
    sku: 'OLD',
    name: 'Old Kettle',
    categorySlug: 'kitchen',
    price: usd(100n),
    status: ProductStatus.INACTIVE,
  }),
];

async function list(filter: Partial<ProductFilter> = {}, sort = ProductSort.PRICE_ASC) {
  const { products: found } = await products().listProducts({ filter, sort });
  return found.map(({ sku }) => sku);
}

beforeAll(async () => {
  await asSystem(() => products().upsertCategories({ categories: categoryInputs }));
  const { products: made } = await asSystem(() => products().upsertProducts({ products: catalogue }));
  for (const { sku, id } of made) ids[sku] = id;
  const { query } = service.get<Database<ProductTables>>(Database);
  await sql`update products set rating = 4.5, review_count = 2 where sku = 'WAX'`.execute(query);
  await sql`update products set rating = 4.5, review_count = 9 where sku = 'PAN'`.execute(query);
  await sql`update products set popularity = 7 where sku = 'BEAR'`.execute(query);
  await sql`update products set created_at = now() - interval '1 day' where sku = 'LAMP'`.execute(query);
  await service.publish(
    createEvent('stock.changed', {
      subject: 'WAX',
      data: {
        sku: 'WAX',
        productId: ids['WAX'] ?? '',
        onHand: 3,
        reserved: 0,
        available: 3,
        productAvailable: 3,
        version: 1,
        reason: 'SET',
      },
    }),
  );
  await eventually(async () => expect(await list({ inStock: true })).toEqual(['WAX']));
});

describe('lists', () => {
  it.each<[string, Partial<ProductFilter>, string[]]>([
    ['everything shown', {}, ['WAX', 'BEAR', 'LAMP', 'PAN']],
    ['a category with its descendants, by slug', { category: 'home' }, ['WAX', 'LAMP', 'PAN']],
    ['a category in the middle', { category: 'lighting' }, ['WAX', 'LAMP']],
    ['a leaf', { category: 'candles' }, ['WAX']],
    ['an unknown category', { category: 'garden' }, []],
    ['prices from and to, both included', { minPrice: 900n, maxPrice: 2500n }, ['WAX', 'BEAR']],
    ['a price just above', { minPrice: 2501n }, ['LAMP', 'PAN']],
    ['a rating', { minRating: 4.5 }, ['WAX', 'PAN']],
    ['one tag', { tags: ['warm'] }, ['WAX', 'BEAR', 'LAMP']],
    ['all of several tags', { tags: ['warm', 'brass'] }, ['LAMP']],
    ['what is in stock', { inStock: true }, ['WAX']],
    ['what is sold out', { inStock: false }, ['BEAR', 'LAMP', 'PAN']],
    ['what is featured', { isFeatured: true }, ['PAN']],
    ['what is new', { isNew: true }, ['WAX']],
    ['what is on sale', { isOnSale: true }, ['LAMP']],
    ['what is not on sale', { isOnSale: false }, ['WAX', 'BEAR', 'PAN']],
    ['several conditions together', { category: 'home', maxPrice: 1000n, tags: ['warm'] }, ['WAX']],
  ])('filter by %s', async (_what, filter, expected) => {
    expect((await list(filter)).toSorted()).toEqual(expected.toSorted());
  });

  it('finds a category by its id', async () => {
    const { id } = await products().getCategory({ idOrSlug: 'lighting' });

    expect(await list({ category: id })).toEqual(['WAX', 'LAMP']);
    expect(await list({ category: id.toUpperCase() })).toEqual(['WAX', 'LAMP']);
  });

  it.each<[ProductSort, string[]]>([
    [ProductSort.PRICE_ASC, ['WAX', 'BEAR', 'LAMP', 'PAN']],
    [ProductSort.PRICE_DESC, ['PAN', 'LAMP', 'BEAR', 'WAX']],
    [ProductSort.NAME, ['WAX', 'LAMP', 'PAN', 'BEAR']],
    [ProductSort.RATING, ['PAN', 'WAX', 'BEAR', 'LAMP']],
    [ProductSort.POPULAR, ['BEAR', 'PAN', 'WAX', 'LAMP']],
    [ProductSort.NEWEST, ['BEAR', 'PAN', 'WAX', 'LAMP']],
    [ProductSort.UNSPECIFIED, ['BEAR', 'PAN', 'WAX', 'LAMP']],
  ])('sort by %s, with the id between equals', async (sort, expected) => {
    expect(await list({}, sort)).toEqual(expected);
  });

  it('come in pages that miss and repeat nothing, with an exact total', async () => {
    const pages = await Promise.all(
      [1, 2, 3].map((page) =>
        products().listProducts({ sort: ProductSort.PRICE_ASC, page: { page, limit: 2 } }),
      ),
    );

    expect(pages.map(({ products: found }) => found.map(({ sku }) => sku))).toEqual([
      ['WAX', 'BEAR'],
      ['LAMP', 'PAN'],
      [],
    ]);
    expect(pages.map(({ page }) => page)).toMatchObject(
      [1, 2, 3].map((page) => ({ page, limit: 2, total: 4n, totalIsEstimate: false })),
    );
    expect(pages.map(({ page }) => typeof page?.nextCursor)).toEqual(['string', 'string', 'undefined']);
  });

  it('refuse a page, a rating or a limit that cannot be', async () => {
    await expect(products().listProducts({ page: { page: -1, limit: 101 } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'page' }, { field: 'limit' }] },
    });
    await expect(products().listProducts({ filter: { minRating: Number.NaN } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'filter.minRating', message: 'must be from 0 to 5' }] },
    });
  });

  it('take a search text beside the filter', async () => {
    const { products: found } = await products().listProducts({
      search: 'warm',
      filter: { category: 'home' },
    });

    expect(found.map(({ sku }) => sku).toSorted()).toEqual(['LAMP', 'WAX']);
  });
});

describe('single products', () => {
  it('are found by id and by slug, whole', async () => {
    const byId = await products().getProduct({ by: { $case: 'id', value: ids['LAMP'] ?? '' } });
    const bySlug = await products().getProduct({ by: { $case: 'slug', value: 'brass-lamp' } });
    const path = await Promise.all(
      ['lighting', 'home'].map((idOrSlug) => products().getCategory({ idOrSlug })),
    );

    expect(bySlug).toEqual(byId);
    expect(byId).toMatchObject({
      sku: 'LAMP',
      slug: 'brass-lamp',
      price: usd(4900n),
      originalPrice: usd(5900n),
      isOnSale: true,
      categoryName: 'Lighting',
      categoryPath: path.map(({ id }) => id),
      stock: 0,
      version: 1n,
    });
  });

  it('are not found when they are unknown, nor when they are inactive, except by admins', async () => {
    const old = { by: { $case: 'slug', value: 'old-kettle' } } as const;

    await expect(products().getProduct(old)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(products().getProduct({ by: { $case: 'id', value: newId() } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(products().getProduct({ by: { $case: 'slug', value: "x'\0--" } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(products().getProduct({ by: { $case: 'id', value: 'nonsense' } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    expect(await asCaller({ role: 'admin' }, () => products().getProduct(old))).toMatchObject({ sku: 'OLD' });
  });

  it('come as a batch in the order asked, without the unknown', async () => {
    const asked = [ids['PAN'], newId(), 'nonsense', ids['OLD'], ids['WAX'], ids['PAN']].map(String);

    const all = await products().getProducts({ ids: asked });
    const active = await products().getProducts({ ids: asked, activeOnly: true });

    expect(all.products.map(({ sku }) => sku)).toEqual(['PAN', 'OLD', 'WAX', 'PAN']);
    expect(active.products.map(({ sku }) => sku)).toEqual(['PAN', 'WAX', 'PAN']);
  });

  it('come without their descriptions where those are not wanted, and the same in all else', async () => {
    const { products: made } = await asSystem(() =>
      products().upsertProducts({
        products: [
          productInput({
            description: 'A few words.',
            longDescription: 'Many words.',
            status: ProductStatus.INACTIVE,
          }),
        ],
      }),
    );
    const asked = made.map(({ id }) => id);
    const [whole] = (await products().getProducts({ ids: asked })).products;
    const [brief] = (await products().getProducts({ ids: asked, withoutTexts: true })).products;

    expect(whole).toMatchObject({ description: 'A few words.', longDescription: 'Many words.' });
    expect(brief).toEqual({ ...whole, description: '', longDescription: undefined });
  });

  it('come with what lines of a cart are priced by, and with the variants that are asked for', async () => {
    const { products: made } = await asSystem(() =>
      products().upsertProducts({
        products: [
          productInput({
            description: 'A few words.',
            brand: 'Acme',
            tags: ['new'],
            status: ProductStatus.INACTIVE,
            specifications: { weight: '2 kg' },
            sale: { price: usd(800n) },
            variants: ['S', 'M', 'L'].map((size) => ({
              ...variantInput(`PRICED-${size}`, size),
              salePrice: usd(700n),
            })),
          }),
          productInput({ status: ProductStatus.INACTIVE }),
        ],
      }),
    );
    const asked = made.map(({ id }) => id).toReversed();
    await service
      .get<Database<ProductTables>>(Database)
      .query.updateTable('products')
      .set({ images: ['/first.jpg', '/second.jpg'] })
      .where('sku', '=', made[0]?.sku ?? '')
      .execute();
    const variantIds = ['L', 'S'].map((size) => made[0]?.variantIds[`PRICED-${size}`] ?? '');
    const [inactive, whole] = (await products().getProducts({ ids: asked })).products;

    const all = await products().getProducts({ ids: asked, pricing: { variantIds } });
    const none = await products().getProducts({ ids: asked, pricing: { variantIds: [] } });
    const active = await products().getProducts({ ids: asked, pricing: { variantIds }, activeOnly: true });

    const empty = {
      slug: '',
      description: '',
      longDescription: undefined,
      tags: [],
      brand: undefined,
      isOnSale: false,
      version: 0n,
      createdAt: undefined,
      updatedAt: undefined,
    };
    const priced = { ...whole, ...empty, images: ['/first.jpg'] };
    expect(whole).toMatchObject({ price: usd(800n), originalPrice: usd(1000n), isOnSale: true });
    expect(all.products).toEqual([
      { ...inactive, ...empty },
      { ...priced, variants: whole?.variants.filter(({ sku }) => sku !== 'PRICED-M') },
    ]);
    expect(all.products[1]?.variants.map(({ sku, price }) => [sku, price])).toEqual([
      ['PRICED-S', usd(700n)],
      ['PRICED-L', usd(700n)],
    ]);
    expect(none.products[1]).toEqual({ ...priced, variants: [] });
    expect(active.products).toEqual([]);
  });

  it('come at most 200 at once', async () => {
    await expect(
      products().getProducts({ ids: Array.from({ length: 201 }, () => newId()) }),
    ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});

describe('categories', () => {
  it('list parents before children and count the shown products of whole branches', async () => {
    const { categories } = await products().listCategories({});

    expect(categories.map(({ slug, productCount }) => [slug, productCount])).toEqual([
      ['home', 3],
      ['toys', 1],
      ['lighting', 2],
      ['kitchen', 1],
      ['candles', 1],
    ]);
  });

  it('are not found when unknown', async () => {
    await expect(products().getCategory({ idOrSlug: 'garden' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tell the range of prices, the average rounded half to even, and zeros where there is nothing', async () => {
    expect(await products().getPriceRange({ category: 'home' })).toEqual({
      minPrice: usd(900n),
      maxPrice: usd(4900n),
      avgPrice: usd(3567n),
      productCount: 3,
    });
    expect(await products().getPriceRange({})).toMatchObject({ avgPrice: usd(3300n), productCount: 4 });
    expect(await products().getPriceRange({ category: 'garden' })).toEqual({
      minPrice: usd(0n),
      maxPrice: usd(0n),
      avgPrice: usd(0n),
      productCount: 0,
    });
  });
});

describe('a catalogue of more than 10,000 products', () => {
  it('tells an estimate instead of counting on', async () => {
    const { query } = service.get<Database<ProductTables>>(Database);
    await sql`
      insert into products (id, sku, slug, name, description, price_minor, currency, category_id, status)
      select gen_random_uuid(), 'bulk' || n, 'bulk-' || n || 'x', 'Bulk ' || n, '', n, 'USD', c.id, 'ACTIVE'
      from generate_series(1, 10100) n, categories c where c.slug = 'toys'`.execute(query);
    await sql`analyze products`.execute(query);

    const { page } = await products().listProducts({ filter: { category: 'toys' } });
    const { page: few } = await products().listProducts({ filter: { maxPrice: 500n } });

    expect(page?.totalIsEstimate).toBe(true);
    expect(Number(page?.total)).toBeGreaterThan(10_000);
    expect(few).toMatchObject({ total: 500n, totalIsEstimate: false });
  });
});

it('has a variant whose SKU is its own', async () => {
  const input = productInput({ sku: 'SOLO', name: 'Solo', variants: [variantInput('SOLO', 'One')] });

  await asSystem(() => products().upsertProducts({ products: [input] }));

  const { variants } = await products().getProduct({ by: { $case: 'slug', value: 'solo' } });
  expect(variants.map(({ sku, name }) => [sku, name])).toEqual([['SOLO', 'One']]);
});
