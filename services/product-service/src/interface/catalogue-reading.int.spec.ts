import {
  ProductServiceDefinition,
  ProductSort,
  ProductStatus,
  SearchAdminServiceDefinition,
} from '@vici/proto-gen/product';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';
import { categoryInputs, productInput } from './product.fixture.js';

const service = useService(productService);
const products = () => service.client(ProductServiceDefinition);
const searchAdmin = () => service.client(SearchAdminServiceDefinition);
const asAdmin = <T>(work: () => Promise<T>) => asCaller({ role: 'admin', userId: newId() }, work);

const shirt = (sku: string, name: string, sizes: readonly string[], over = {}) =>
  productInput({
    sku,
    name,
    categorySlug: 'home',
    variants: sizes.map((size) => ({
      sku: `${sku}-${size}`,
      name: size,
      price: { minor: 1000n, currency: 'USD' },
      attributes: { size, colour: 'Emerald' },
    })),
    ...over,
  });

const put = (...inputs: ReturnType<typeof productInput>[]) =>
  asCaller({ role: 'system' }, () => products().upsertProducts({ products: inputs }));

beforeAll(async () => {
  await asCaller({ role: 'system' }, () => products().upsertCategories({ categories: categoryInputs }));
  await put(
    shirt('LINEN', 'Linen Shirt', ['S', 'M'], { brand: 'Nordhem' }),
    shirt('COTTON', 'Cotton Shirt', ['M', 'L'], { brand: 'Harbour' }),
    productInput({ sku: 'COUCH', name: 'Velvet Couch', categorySlug: 'home' }),
    productInput({ sku: 'SOFA', name: 'Corner Sofa', categorySlug: 'home' }),
  );
});

async function found(query: string, attributes: string[] = []): Promise<string[]> {
  const { products: hits } = await products().searchProducts({ query, filter: { attributes } });
  return hits.map(({ sku }) => sku).toSorted();
}

describe('attributes', () => {
  it('of variants and brands are facets, each its own, the most frequent value first', async () => {
    const { facets } = await products().searchProducts({ query: 'shirt' });
    const attributes = facets.filter(({ name }) => name.startsWith('attribute:'));

    expect(
      attributes.map(({ name, values }) => [name, values.map(({ value, count }) => [value, count])]),
    ).toEqual([
      [
        'attribute:brand',
        [
          ['Harbour', 1],
          ['Nordhem', 1],
        ],
      ],
      ['attribute:colour', [['Emerald', 2]]],
      [
        'attribute:size',
        [
          ['M', 2],
          ['L', 1],
          ['S', 1],
        ],
      ],
    ]);
  });

  it('filter by the values of the facets, all of them', async () => {
    expect(await found('shirt', ['size:M'])).toEqual(['COTTON', 'LINEN']);
    expect(await found('shirt', ['size:M', 'brand:Nordhem'])).toEqual(['LINEN']);
    expect(await found('shirt', ['size:XXL'])).toEqual([]);
    const { page } = await products().listProducts({ filter: { attributes: ['size:L'] } });
    expect(page?.total).toBe(1n);
  });

  it('are found by their words', async () => {
    expect(await found('emerald shirt')).toEqual(['COTTON', 'LINEN']);
  });
});

describe('pages by cursor', () => {
  const sorts = [
    ProductSort.PRICE_ASC,
    ProductSort.PRICE_DESC,
    ProductSort.RATING,
    ProductSort.NEWEST,
    ProductSort.NAME,
    ProductSort.POPULAR,
    ProductSort.UNSPECIFIED,
  ];

  it.each(sorts)(
    'in order %s miss and repeat nothing, whatever is added or hidden meanwhile',
    async (sort) => {
      const own = ['1', '2', '3', '4', '5', '6', '7'].map((n) =>
        productInput({ sku: `P${sort}-${n}`, name: `Page ${n}`, categorySlug: 'toys', price: usd(n) }),
      );
      await put(...own);
      const before = await listed(sort, undefined, 50);
      const seen = await listed(sort, undefined, 3);
      // One that belongs in front in every order, and one less of those that were seen.
      await put(
        productInput({ sku: `P${sort}-new`, name: 'A page', categorySlug: 'toys', price: usd('0') }),
        productInput({ ...own[0], sku: seen.skus[0] ?? '', name: 'Page 0', status: ProductStatus.INACTIVE }),
      );
      const skus = [...seen.skus];
      for (let cursor = seen.cursor; cursor !== undefined; ) {
        const next = await listed(sort, cursor, 3);
        skus.push(...next.skus);
        ({ cursor } = next);
      }

      const added = `P${sort}-new`;
      expect(skus.filter((sku) => sku !== added)).toEqual(before.skus);
      expect(new Set(skus).size).toBe(skus.length);
      await put(...[...before.skus, added].map((sku) => hidden(sku)));
    },
  );

  it('refuse a cursor of another order, and one that was never given out', async () => {
    const { nextCursor } = await products().listProducts({
      sort: ProductSort.NAME,
      page: { page: 1, limit: 1 },
    });
    for (const cursor of [nextCursor ?? '', 'nonsense', '']) {
      await expect(products().listProducts({ sort: ProductSort.PRICE_ASC, cursor })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ field: 'cursor' }] },
      });
    }
  });

  it('tell the count of the first one, and count anew in another list', async () => {
    await put(...['1', '2'].map((n) => productInput({ sku: `C-${n}`, name: 'Count', categorySlug: 'toys' })));
    const page = { page: 1, limit: 1 };
    const first = await products().listProducts({ filter: { category: 'toys' }, page });
    await put(productInput({ sku: 'C-3', name: 'Count', categorySlug: 'toys' }));
    const next = async (minPrice?: bigint) => {
      const { nextCursor: cursor } = first;
      const answer = await products().listProducts({ filter: { category: 'toys', minPrice }, cursor, page });
      return answer.page?.total;
    };

    expect(first.page?.total).toBe(2n);
    expect(await next()).toBe(2n);
    expect(await next(0n)).toBe(3n);
    await put(...['C-1', 'C-2', 'C-3'].map((sku) => hidden(sku)));
  });

  const usd = (major: string) => ({ minor: BigInt(major) * 100n, currency: 'USD' });
  const hidden = (sku: string) =>
    productInput({ sku, name: 'Hidden', categorySlug: 'toys', status: ProductStatus.INACTIVE });
  async function listed(sort: ProductSort, cursor: string | undefined, limit: number) {
    const { products: page, nextCursor } = await products().listProducts({
      filter: { category: 'toys' },
      sort,
      cursor,
      page: { page: 1, limit },
    });
    return { skus: page.map(({ sku }) => sku), cursor: nextCursor };
  }
});

describe('synonyms', () => {
  it('find what is called by the other name, in every form of the word', async () => {
    expect(await found('sofa')).toEqual(['COUCH', 'SOFA']);
    expect(await found('velvet couches')).toEqual(['COUCH']);
    expect(await found('settee')).toEqual(['COUCH', 'SOFA']);
  });

  it('are changed by those who keep the catalogue, at once and with a note of it', async () => {
    const set = (word: string, synonyms: string[]) =>
      asAdmin(() => searchAdmin().setSynonyms({ word, synonyms }));
    expect(await found('chesterfield')).toEqual([]);
    expect(await set('Chésterfield', ['Sofa'])).toEqual({ word: 'chesterfield', synonyms: ['sofa'] });
    expect(await found('chesterfields')).toEqual(['SOFA']);
    const { synonyms } = await asAdmin(() => searchAdmin().listSynonyms({}));
    expect(synonyms).toContainEqual({ word: 'chesterfield', synonyms: ['sofa'] });
    await set('chesterfield', []);
    expect(await found('chesterfield')).toEqual([]);
    const changes = () => service.audits().filter(({ data }) => data.action === 'search.synonyms');
    await eventually(() =>
      expect(changes().map(({ data }) => [data.before, data.after])).toEqual([
        [
          { word: 'chesterfield', synonyms: [] },
          { word: 'chesterfield', synonyms: ['sofa'] },
        ],
        [
          { word: 'chesterfield', synonyms: ['sofa'] },
          { word: 'chesterfield', synonyms: [] },
        ],
      ]),
    );
  });

  it('are single words, and nobody else may change them', async () => {
    await expect(
      asAdmin(() => searchAdmin().setSynonyms({ word: 'two words', synonyms: ['ok', '', 'two words'] })),
    ).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'word' }, { field: 'synonyms[1]' }, { field: 'synonyms[2]' }] },
    });
    await expect(
      asCaller({ role: 'customer', userId: newId() }, () =>
        searchAdmin().setSynonyms({ word: 'a', synonyms: [] }),
      ),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('searches that find nothing', () => {
  it('are counted as one however they are written, the most frequent first', async () => {
    for (const query of ['Zyxwv qqq', 'ZYXWV  QQQ!', 'zyxwv-qqq', 'vvvvvvv', 'shirt']) await found(query);

    await eventually(async () => {
      const { misses, page } = await asAdmin(() =>
        searchAdmin().listSearchMisses({ page: { page: 1, limit: 2 } }),
      );
      expect(misses.map(({ query, count }) => [query, count])[0]).toEqual(['zyxwv qqq', 3]);
      expect(misses.map(({ query }) => query)).not.toContain('shirt');
      expect(Number(page?.total)).toBeGreaterThanOrEqual(2);
    });
  });
});

describe('a query that is being typed', () => {
  it('is completed, and shows what it finds by now', async () => {
    const { queries, products: hits } = await products().suggestSearches({ text: 'Linen sh' });

    expect(queries).toContain('linen shirt');
    expect(hits[0]?.sku).toBe('LINEN');
  });

  it('is nothing while there is nothing', async () => {
    expect(await products().suggestSearches({ text: ' !' })).toEqual({ queries: [], products: [] });
    await expect(products().suggestSearches({ text: 'a', limit: 21 })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });
});
