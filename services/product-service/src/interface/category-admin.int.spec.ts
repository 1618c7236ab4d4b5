import {
  CatalogueAdminServiceDefinition,
  CategorySort,
  type ListAdminCategoriesRequest,
  ProductServiceDefinition,
} from '@vici/proto-gen/product';
import { asCaller, eventually, useService, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';
import { productInput } from './product.fixture.js';

const service = useService(productService);
const admin = () => service.client(CatalogueAdminServiceDefinition);
const shop = () => service.client(ProductServiceDefinition);
const asAdmin = <T>(work: () => Promise<T>) => asCaller({ role: 'admin', userId: newId() }, work);

let counter = 0;
const category = async (name: string, parentSlug?: string) => {
  counter += 1;
  const input = { name, slug: `${name.toLowerCase()}-${counter}`, parentSlug, sortOrder: counter };
  return await asAdmin(() => admin().createCategory({ category: input }));
};
const product = (categorySlug: string) =>
  asAdmin(() => admin().createProduct({ product: productInput({ categorySlug }) }));
const shown = async () => (await shop().listCategories({})).categories.map(({ id }) => id);

beforeEach(() => service.clearEvents());

describe('a category of the administration', () => {
  it('is made once for a slug, with its bad fields named', async () => {
    const made = await category('Home');

    expect(made).toMatchObject({ name: 'Home', isActive: true, productCount: 0 });
    await expect(
      asAdmin(() => admin().createCategory({ category: { slug: made.slug, name: 'Again' } })),
    ).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(
      asAdmin(() => admin().createCategory({ category: { slug: 'A B', name: '' } })),
    ).rejects.toMatchObject({ details: { fields: [{ field: 'slug' }, { field: 'name' }] } });
  });

  it('is found in a list that is searched, filtered, sorted, and walked whatever is added meanwhile', async () => {
    const mark = `w${newId().slice(-8)}`;
    const root = await category(`${mark}-root`);
    const [b, a] = [await category(`${mark}-b`, root.slug), await category(`${mark}-a`, root.slug)];
    await product(a.slug);
    await asAdmin(() =>
      admin().updateCategory({ id: b.id, fields: ['isActive'], isActive: false, changes: {} }),
    );
    const names = async (request: Partial<ListAdminCategoriesRequest>) => {
      const { categories } = await asAdmin(() =>
        admin().listAdminCategories({ search: mark.toUpperCase(), ...request }),
      );
      return categories.map(({ name }) => name.slice(mark.length + 1));
    };
    const walked = (sort: CategorySort, meanwhile?: () => Promise<unknown>) =>
      walkByCursor(async (page) => {
        const answer = await asAdmin(() => admin().listAdminCategories({ search: mark, sort, page }));
        return { items: answer.categories.map(({ name }) => name.slice(mark.length + 1)), page: answer.page };
      }, meanwhile);

    expect(await names({})).toEqual(['root', 'b', 'a']);
    expect(await names({ active: true })).toEqual(['root', 'a']);
    expect(await names({ active: false })).toEqual(['b']);
    expect(await names({ sort: CategorySort.NAME })).toEqual(['a', 'b', 'root']);
    expect((await names({ sort: CategorySort.PRODUCTS })).at(-1)).toBe('b');
    expect(await walked(CategorySort.UNSPECIFIED)).toEqual(['root', 'b', 'a']);
    expect(await walked(CategorySort.NAME, () => category(`${mark}-0`))).toEqual(['a', 'b', 'root']);
    const second = await asAdmin(() =>
      admin().listAdminCategories({ search: mark, page: { page: 2, limit: 3 } }),
    );
    expect([second.categories.length, second.page?.total]).toEqual([1, 4n]);
  });

  it("shows pictures of Vici's own bucket alone, and keeps the one it has", async () => {
    const own = 'http://localhost:9000/vici-media/categories/lamps.png';
    const input = { name: 'Lamps', slug: 'lamps' };
    const images = (image: string) =>
      asAdmin(() => admin().createCategory({ category: { ...input, image } }));
    const upserted = (image: string) =>
      asCaller({ role: 'system' }, () => shop().upsertCategories({ categories: [{ ...input, image }] }));
    const refused = (field: string, message: string) => ({ details: { fields: [{ field, message }] } });

    await expect(images('https://elsewhere.example/a.png')).rejects.toMatchObject(
      refused('image', "must be the address of one of Vici's pictures"),
    );
    await expect(images('http://localhost:9000/vici-media/media/product/none/1k.webp')).rejects.toMatchObject(
      refused('image', 'is not a picture that was uploaded for this'),
    );
    const made = await images(own);
    await expect(upserted('https://elsewhere.example/a.png')).rejects.toMatchObject(
      refused('categories[0].image', "must be the address of one of Vici's pictures"),
    );
    expect((await upserted(own)).categories).toMatchObject([{ id: made.id, image: own }]);
  });

  it('renamed or moved takes its branch along and tells of its products', async () => {
    const [from, to] = [await category('From'), await category('To')];
    const leaf = await category('Leaf', from.slug);
    const { product: made } = await product(leaf.slug);

    const moved = await asAdmin(() =>
      admin().updateCategory({
        id: leaf.id,
        changes: { name: 'Leaves', parentSlug: to.slug },
        fields: ['name', 'parentSlug'],
      }),
    );

    expect(moved).toMatchObject({ slug: leaf.slug, name: 'Leaves', parentId: to.id, productCount: 1 });
    expect(await shop().getProduct({ by: { $case: 'id', value: made?.id ?? '' } })).toMatchObject({
      categoryName: 'Leaves',
      categoryPath: [leaf.id, to.id],
      version: 2n,
    });
    await eventually(() =>
      expect(service.events().filter(({ type }) => type === 'product.updated')).toHaveLength(1),
    );
    await expect(
      asAdmin(() =>
        admin().updateCategory({ id: to.id, changes: { parentSlug: leaf.slug }, fields: ['parentSlug'] }),
      ),
    ).rejects.toMatchObject({
      details: { fields: [{ field: 'parentSlug', message: 'would make a circle' }] },
    });
  });

  it('that is inactive is hidden with all below it, but not from administrators', async () => {
    const top = await category('Top');
    const below = await category('Below', top.slug);

    await asAdmin(() =>
      admin().updateCategory({ id: top.id, isActive: false, changes: {}, fields: ['isActive'] }),
    );

    const ids = await shown();
    expect([ids.includes(top.id), ids.includes(below.id)]).toEqual([false, false]);
    await expect(shop().getCategory({ idOrSlug: below.slug })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { categories } = await asAdmin(() => admin().listAdminCategories({}));
    expect(categories.find(({ id }) => id === top.id)).toMatchObject({ isActive: false });
  });

  it('stands among its siblings where it was put', async () => {
    const top = await category('Shelf');
    const [a, b, c] = [
      await category('A', top.slug),
      await category('B', top.slug),
      await category('C', top.slug),
    ];

    await asAdmin(() => admin().reorderCategories({ ids: [c.id, a.id, b.id] }));

    expect((await shown()).filter((id) => [a.id, b.id, c.id].includes(id))).toEqual([c.id, a.id, b.id]);
    await expect(asAdmin(() => admin().reorderCategories({ ids: [c.id, a.id] }))).rejects.toMatchObject({
      details: { fields: [{ field: 'ids', message: 'must be all children of one parent, each once' }] },
    });
  });

  it('is deleted when nothing is below it, and its products go to an heir', async () => {
    const [top, heir] = [await category('Old'), await category('Heir')];
    const leaf = await category('OldLeaf', top.slug);
    const { product: made } = await product(leaf.slug);

    const remove = (id: string, heirId?: string) => asAdmin(() => admin().deleteCategory({ id, heirId }));
    await expect(remove(top.id)).rejects.toMatchObject({ code: 'CONFLICT', details: { children: 1 } });
    await expect(remove(leaf.id)).rejects.toMatchObject({ code: 'CONFLICT', details: { products: 1 } });
    await remove(leaf.id, heir.id);
    await remove(top.id);

    expect(await shop().getProduct({ by: { $case: 'id', value: made?.id ?? '' } })).toMatchObject({
      categoryId: heir.id,
      categoryName: 'Heir',
    });
    await expect(shop().getCategory({ idOrSlug: leaf.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const actsOn = (id: string) => service.audits().filter(({ data }) => data.target.id === id);
    await eventually(() =>
      expect(actsOn(leaf.id).map(({ data }) => data)).toMatchObject([
        { action: 'category.create', after: { name: 'OldLeaf' } },
        { action: 'category.delete', before: { name: 'OldLeaf' }, after: { heirId: heir.id, products: 1 } },
      ]),
    );
  });
});
