import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { asCaller, eventually, useService } from '@vici/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';
import { categoryInputs, productInput } from './product.fixture.js';

const service = useService(productService);
const products = () => service.client(ProductServiceDefinition);
const asSystem = <T>(work: () => Promise<T>) => asCaller({ role: 'system' }, work);

async function create(name: string, categorySlug: string): Promise<string> {
  const input = productInput({ name, categorySlug });
  const { products: made } = await asSystem(() => products().upsertProducts({ products: [input] }));
  return made[0]?.id ?? '';
}

const read = (id: string) => products().getProduct({ by: { $case: 'id', value: id } });
const eventsOf = (id: string) => service.events().filter((event) => event.subject === id);

beforeAll(async () => {
  await asSystem(() => products().upsertCategories({ categories: categoryInputs }));
});

describe('upserting categories', () => {
  const upsertCategories = (...categories: { slug: string; name: string; parentSlug?: string }[]) =>
    asSystem(() => products().upsertCategories({ categories }));

  it('moves a branch with all below it, and tells of every product whose category changed', async () => {
    await upsertCategories(
      { slug: 'attic', name: 'Attic' },
      { slug: 'boxes', name: 'Boxes' },
      { slug: 'tins', name: 'Tins', parentSlug: 'boxes' },
    );
    const id = await create('Biscuit Jar', 'tins');

    await upsertCategories({ slug: 'boxes', name: 'Crates', parentSlug: 'attic' });

    const [tins, boxes, attic] = await Promise.all(
      ['tins', 'boxes', 'attic'].map((idOrSlug) => products().getCategory({ idOrSlug })),
    );
    expect(attic?.productCount).toBe(1);
    expect(await read(id)).toMatchObject({ categoryPath: [tins?.id, boxes?.id, attic?.id], version: 2n });
    await eventually(() =>
      expect(eventsOf(id)).toMatchObject([
        { type: 'product.created', data: { version: 1 } },
        { type: 'product.updated', data: { version: 2, categoryPath: [tins?.id, boxes?.id, attic?.id] } },
      ]),
    );
  });

  it('finds products by the new name of their category', async () => {
    await upsertCategories({ slug: 'renamed', name: 'Haberdashery' });
    const id = await create('Needle', 'renamed');
    await upsertCategories({ slug: 'renamed', name: 'Quilting' });

    const found = await products().searchProducts({ query: 'quilting' });
    const gone = await products().searchProducts({ query: 'haberdashery' });

    expect(found.products.map((product) => product.id)).toEqual([id]);
    expect(gone.products).toEqual([]);
  });

  it('refuses unknown parents, circles and slugs that stand twice, and then writes nothing', async () => {
    await expect(
      upsertCategories(
        { slug: 'fresh', name: 'Fresh' },
        { slug: 'orphan', name: 'Orphan', parentSlug: 'nobody' },
      ),
    ).rejects.toMatchObject({ details: { fields: [{ field: 'categories[1].parentSlug' }] } });
    await expect(
      upsertCategories({ slug: 'home', name: 'Home', parentSlug: 'candles' }),
    ).rejects.toMatchObject({
      details: { fields: [{ field: 'categories[0].parentSlug', message: 'would make a circle' }] },
    });
    await expect(
      upsertCategories({ slug: 'fresh', name: 'Fresh' }, { slug: 'fresh', name: '' }),
    ).rejects.toMatchObject({
      details: { fields: [{ field: 'categories[1].name' }, { field: 'categories[1].slug' }] },
    });
    await expect(products().getCategory({ idOrSlug: 'fresh' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('answers in the order of the request, with the same ids when called again', async () => {
    const asked = [
      { slug: 'zeta', name: 'Zeta' },
      { slug: 'alpha', name: 'Alpha', parentSlug: 'zeta' },
    ];

    const first = await upsertCategories(...asked);
    const second = await upsertCategories(...asked);

    expect(first.categories.map(({ slug }) => slug)).toEqual(['zeta', 'alpha']);
    expect(second).toEqual(first);
    expect(first.categories[1]?.parentId).toBe(first.categories[0]?.id);
  });
});
