import { Database, sql } from '@vici/database';
import { ProductServiceDefinition, ProductSort, ProductStatus } from '@vici/proto-gen/product';
import { asCaller, useService } from '@vici/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { ProductActivity } from '../application/product-activity.js';
import type { ProductTables } from '../infrastructure/product.tables.js';
import { productService } from '../product.service.js';
import { categoryInputs, productInput, variantInput } from './product.fixture.js';

const service = useService(productService);
const products = () => service.client(ProductServiceDefinition);

const usd = (minor: bigint) => ({ minor, currency: 'USD' });

const catalogue = [
  productInput({
    sku: 'H1',
    name: 'WHITE HANGING HEART T-LIGHT HOLDER',
    categorySlug: 'candles',
    tags: ['gift'],
    price: usd(255n),
  }),
  productInput({
    sku: 'H2',
    name: 'RED HANGING HEART T-LIGHT HOLDER',
    categorySlug: 'candles',
    tags: ['gift', 'red'],
    price: usd(295n),
  }),
  productInput({
    sku: 'H3',
    name: 'SILVER HANGING T-LIGHT HOLDER',
    categorySlug: 'candles',
    price: usd(165n),
  }),
  productInput({
    sku: 'W1',
    name: 'Beeswax Candle',
    categorySlug: 'candles',
    description: 'Burns for nine hours.',
    price: usd(999n),
  }),
  productInput({
    sku: 'W2',
    name: 'Berry Scented Candles, Set of 3',
    categorySlug: 'candles',
    price: usd(1000n),
  }),
  productInput({
    sku: 'CH-4410-B',
    name: 'Oak Dining Chair',
    brand: 'Nordhem',
    categorySlug: 'home',
    price: usd(15900n),
  }),
  productInput({
    sku: 'CH-4411',
    name: 'Folding Chair',
    categorySlug: 'home',
    price: usd(4500n),
    variants: [variantInput('CH-4411-GRN', 'Green', 4500n), variantInput('CH-4411-BLU', 'Blue', 4700n)],
  }),
  productInput({
    sku: 'CM1',
    name: 'Café Crème Mug',
    categorySlug: 'kitchen',
    description: 'Holds a chair of foam.',
    price: usd(1200n),
  }),
  productInput({ sku: 'CM2', name: "Children's Cutlery", categorySlug: 'kitchen', price: usd(1400n) }),
  productInput({ sku: 'TJ1', name: 'Vintage Union Jack Bunting', categorySlug: 'toys', price: usd(495n) }),
  productInput({ sku: 'TJ2', name: 'Wooden Train', categorySlug: 'toys', price: usd(2500n), tags: ['gift'] }),
  productInput({
    sku: 'HID',
    name: 'Hidden Xylophone',
    categorySlug: 'toys',
    status: ProductStatus.INACTIVE,
  }),
];

async function found(query: string): Promise<string[]> {
  const { products: hits } = await products().searchProducts({ query });
  return hits.map(({ sku }) => sku);
}

beforeAll(async () => {
  await asCaller({ role: 'system' }, async () => {
    await products().upsertCategories({ categories: categoryInputs });
    await products().upsertProducts({ products: catalogue });
  });
  const { query } = service.get<Database<ProductTables>>(Database);
  await sql`update products set popularity = 50 where sku = 'H1'`.execute(query);
  await sql`update products set rating = 4.2, review_count = 5 where sku in ('H1', 'W1')`.execute(query);
  await service.get(ProductActivity).recordStock([{ sku: 'H1', available: 10, version: 1 }]);
});

describe('search', () => {
  it.each<[string, string, string[]]>([
    ['the exact name', 'white hanging heart t-light holder', ['H1']],
    ['words in any order', 'holder heart hanging', ['H1', 'H2']],
    ['beginnings of words', 'hang hea', ['H1', 'H2']],
    ['a misspelt word among right ones', 'hanging hart', ['H1', 'H2']],
    ['swapped letters', 'hagning heart', ['H1', 'H2']],
    ['swapped letters in a short word', 'untion jakc', ['TJ1']],
    ['a missing letter', 'beswax', ['W1']],
    ['a letter too many', 'buntting', ['TJ1']],
    ['a wrong first letter', 'rintage', ['TJ1']],
    ['two misspelt words', 'wodden trian', ['TJ2']],
    ['words run together', 'lightholder', ['H1', 'H2', 'H3']],
    ['signs left out', 't light holder', ['H1', 'H2', 'H3']],
    ['signs put elsewhere', 'T/light-holder', ['H1', 'H2', 'H3']],
    ['plural for singular', 'hearts', ['H1', 'H2']],
    ['singular for plural', 'berries', ['W2']],
    ['accents left out', 'cafe creme', ['CM1']],
    ['accents written', 'café', ['CM1']],
    ['an apostrophe left out', 'childrens cutlery', ['CM2']],
    ['stop words beside telling ones', 'the bunting of the union', ['TJ1']],
    ['a brand', 'nordhem', ['CH-4410-B']],
    ['a brand and a word of the name', 'nordhem chair', ['CH-4410-B']],
    ['a word of the description', 'burns nine hours', ['W1']],
    ['the SKU', 'CH-4410-B', ['CH-4410-B']],
    ['the SKU without signs', 'ch4410b', ['CH-4410-B']],
    ['the beginning of a SKU', 'CH-441', ['CH-4410-B', 'CH-4411']],
    ['a piece out of a SKU', '4410', ['CH-4410-B']],
    ['the SKU of a variant', 'ch-4411-blu', ['CH-4411']],
    ['a word nobody knows beside known ones', 'oak dining qqqqzz chair', ['CH-4410-B']],
    ['a name before a description', 'chair', ['CH-4410-B', 'CH-4411', 'CM1']],
    ['a category', 'toys', ['TJ1', 'TJ2']],
    ['words that stand together nowhere', 'silver train', ['H3', 'TJ2']],
    ['nothing that is like it', 'zzzyyyxxx', []],
    ['nothing that is not shown', 'xylophone', []],
  ])('finds by %s: %j', async (_what, query, expected) => {
    const hits = await found(query);

    // Between equals the order is that of the ids, which is free; the most popular one comes first.
    expect(hits.toSorted()).toEqual(expected.toSorted());
    if (expected[0] === 'H1') expect(hits[0]).toBe('H1');
    if (query === 'chair') expect(hits.at(-1)).toBe('CM1');
  });

  it('puts the best match first: the very name, then whole words, then beginnings', async () => {
    const inputs = ['Lantern', 'Lantern Stand', 'Lanternfish Poster'].map((name) => productInput({ name }));
    await asCaller({ role: 'system' }, () => products().upsertProducts({ products: inputs }));

    expect(await found('lantern')).toEqual(inputs.map(({ sku }) => sku));
  });

  it('suggests the corrected query, ways to go on, and popular products', async () => {
    const misspelt = await products().searchProducts({ query: 'hanging hart' });
    const unfinished = await products().searchProducts({ query: 'Hang' });
    const hopeless = await products().searchProducts({ query: 'zzzyyyxxx' });

    expect(misspelt.suggestions[0]).toBe('hanging heart');
    expect(unfinished.suggestions.slice(0, 2)).toEqual(['hanging', 'WHITE HANGING HEART T-LIGHT HOLDER']);
    expect(hopeless.suggestions[0]).toBe('WHITE HANGING HEART T-LIGHT HOLDER');
    expect(hopeless.facets).toEqual([]);
  });

  it('counts the matching products by category, price, rating, tag and availability', async () => {
    const { facets, page } = await products().searchProducts({ query: 'hanging' });

    expect(page).toEqual({ page: 1, limit: 20, total: 3n, totalIsEstimate: false });
    expect(facets).toEqual([
      { name: 'category', values: [{ value: 'candles', label: 'Candles', count: 3 }] },
      { name: 'price', values: [{ value: '0-999', label: 'Under USD 10.00', count: 3 }] },
      {
        name: 'rating',
        values: [4, 3, 2, 1].map((stars) => ({ value: `${stars}`, label: `${stars} and up`, count: 1 })),
      },
      {
        name: 'tag',
        values: [
          { value: 'gift', label: 'gift', count: 2 },
          { value: 'red', label: 'red', count: 1 },
        ],
      },
      {
        name: 'availability',
        values: [
          { value: 'in_stock', label: 'In stock', count: 1 },
          { value: 'out_of_stock', label: 'Out of stock', count: 2 },
        ],
      },
    ]);
  });

  it('gives price bands whose values are the limits of a filter', async () => {
    const query = 'candle';
    const { facets } = await products().searchProducts({ query });
    const cheap = await products().searchProducts({ query, filter: { minPrice: 0n, maxPrice: 999n } });
    const dear = await products().searchProducts({ query, filter: { minPrice: 1000n, maxPrice: 2499n } });

    expect(facets.find(({ name }) => name === 'price')?.values).toEqual([
      { value: '0-999', label: 'Under USD 10.00', count: 4 },
      { value: '1000-2499', label: 'USD 10.00 to 24.99', count: 1 },
    ]);
    expect([cheap.page?.total, dear.page?.total]).toEqual([4n, 1n]);
  });

  it('counts what the filter leaves', async () => {
    const { facets } = await products().searchProducts({
      query: 'hanging',
      filter: { tags: ['gift'], minPrice: 260n, inStock: false },
    });

    expect(facets).toEqual([
      { name: 'category', values: [{ value: 'candles', label: 'Candles', count: 1 }] },
      { name: 'price', values: [{ value: '0-999', label: 'Under USD 10.00', count: 1 }] },
      { name: 'tag', values: ['gift', 'red'].map((tag) => ({ value: tag, label: tag, count: 1 })) },
      { name: 'availability', values: [{ value: 'out_of_stock', label: 'Out of stock', count: 1 }] },
    ]);
  });

  it('counts products as they are after an edit', async () => {
    const sku = 'QK1';
    const before = productInput({
      sku,
      name: 'Quokka Figurine',
      brand: 'Rottnest',
      tags: ['animal'],
      variants: [variantInput('QK1-S', 'S'), variantInput('QK1-M', 'M')],
    });
    const after = productInput({
      sku,
      name: 'Quokka Figurine',
      categorySlug: 'toys',
      tags: ['animal', 'marsupial'],
      price: usd(2600n),
      variants: [variantInput('QK1-M', 'M', 2600n)],
    });
    const write = (input: typeof before) =>
      asCaller({ role: 'system' }, () => products().upsertProducts({ products: [input] }));
    const counted = async () =>
      (await products().searchProducts({ query: 'quokka' })).facets.map(
        ({ name, values }) => `${name}: ${values.map(({ value, count }) => `${value} ${count}`).join(', ')}`,
      );

    await write(before);
    expect(await counted()).toEqual([
      'category: home 1',
      'price: 1000-2499 1',
      'tag: animal 1',
      'availability: out_of_stock 1',
      'attribute:brand: Rottnest 1',
      'attribute:size: M 1, S 1',
    ]);

    await write(after);
    await service.get(ProductActivity).recordStock([{ sku: 'QK1-M', available: 3, version: 1 }]);
    expect(await counted()).toEqual([
      'category: toys 1',
      'price: 2500-4999 1',
      'tag: animal 1, marsupial 1',
      'availability: in_stock 1',
      'attribute:size: M 1',
    ]);
  });

  it('keeps to the filter, the sort and the page', async () => {
    const { products: hits, page } = await products().searchProducts({
      query: 'hanging',
      filter: { maxPrice: 260n },
      sort: ProductSort.PRICE_ASC,
      page: { page: 2, limit: 1 },
    });

    expect(hits.map(({ sku }) => sku)).toEqual(['H1']);
    expect(page).toMatchObject({ page: 2, limit: 1, total: 2n });
  });

  it('of nothing is a list with facets', async () => {
    const all = await products().listProducts({});
    for (const query of ['', '   ', '!!!', '"\'']) {
      const { products: hits, facets } = await products().searchProducts({ query });
      expect(hits.map(({ id }) => id)).toEqual(all.products.map(({ id }) => id));
      expect(facets.map(({ name }) => name)).toContain('price');
    }
  });

  it.each([
    `heart' or 1=1; drop table products; --`,
    `'; select pg_sleep(10) --`,
    'heart & | ! ( ) <-> :* :A',
    `"heart" \\ 'heart' \\'`,
    '((((',
    ':*',
    '%_%',
    '\\',
    '\0heart\0',
    '\ud83d',
    '🕯️❤️',
    '日本語 テキスト',
    'مصباح',
    'ﬁ ﷺ İ ß',
    '\u202e\u200b\ufeff',
    '1e5 0x1f 3.14 -7 a@b.co http://x.y/z?q=1',
    'a'.repeat(500),
    'heart '.repeat(2000),
    Array.from({ length: 100 }, (_, n) => `w${n}`).join(' '),
    'constructor __proto__ null undefined',
  ])('takes %j without an error', async (query) => {
    const searched = await products().searchProducts({ query });
    const listed = await products().listProducts({ search: query });

    expect(searched.page?.total).toBe(listed.page?.total);
    expect(await found('hanging heart')).toEqual(['H1', 'H2']);
  });

  it('counts the 5,000 most popular of more matches, and shows none of them on two pages', async () => {
    const input = productInput({ name: 'Zebrafish' });
    await asCaller({ role: 'system' }, () => products().upsertProducts({ products: [input] }));
    const { query } = service.get<Database<ProductTables>>(Database);
    await sql`
      insert into products (
        id, sku, slug, name, description, price_minor, currency, category_id, status, popularity, stock
      )
      select gen_random_uuid(), 'zebra' || n, 'zebra-' || n || 'x', 'Zebra ' || n, '', n, 'USD', c.id, 'ACTIVE', n, n % 2
      from generate_series(1, 5100) n, categories c where c.slug = 'toys'`.execute(query);
    await sql`
      update product_listings set search = listing_document('zebrafish', '', '')
      where sku_text like 'zebra%'`.execute(query);

    const pages = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map((page) =>
        products().searchProducts({ query: 'zebrafish', page: { page, limit: 20 } }),
      ),
    );

    const ids = pages.flatMap(({ products: hits }) => hits.map(({ id }) => id));
    expect(new Set(ids).size).toBe(140);
    expect(pages[0]?.products[0]?.sku).toBe('zebra5100');
    expect(pages[6]?.page).toMatchObject({ total: 5101n, totalIsEstimate: false });
    // Those of 101 to 5,100 cents: the others were bought less.
    expect(pages[0]?.facets.find(({ name }) => name === 'price')?.values.map(({ count }) => count)).toEqual([
      899, 1500, 2500, 101,
    ]);
    expect(pages[0]?.facets.find(({ name }) => name === 'availability')?.values).toMatchObject([
      { value: 'in_stock', count: 2500 },
      { value: 'out_of_stock', count: 2500 },
    ]);
  });

  it('answers a burst or refuses it at once, and leaves connections to who looks at products', async () => {
    const burst = Promise.allSettled(
      Array.from({ length: 200 }, (_, n) => products().searchProducts({ query: `hanging ${n}x` })),
    );
    const read = await products().listProducts({ filter: { category: 'candles' } });
    const outcomes = await burst;

    expect(read.page?.total).toBe(5n);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused.every(({ code }) => code === 'SERVICE_UNAVAILABLE')).toBe(true);
    expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(66);
    expect(await found('hanging heart')).toEqual(['H1', 'H2']);
  });

  it('takes odd text in a filter without an error', async () => {
    for (const text of [`x'; drop table products`, '\0', '\ud83d', 'a'.repeat(5000)]) {
      const { page } = await products().searchProducts({
        query: 'heart',
        filter: { category: text, tags: [text] },
      });
      expect(page?.total).toBe(0n);
    }
  });
});
