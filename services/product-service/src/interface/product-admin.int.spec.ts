import {
  CatalogueAdminServiceDefinition,
  type ProductInput,
  ProductServiceDefinition,
  ProductStatus,
} from '@vici/proto-gen/product';
import { asCaller, eventually, useService, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';
import { categoryInputs, productInput, variantInput } from './product.fixture.js';

const service = useService(productService);
const ADMIN = newId();
const admin = () => service.client(CatalogueAdminServiceDefinition);
const shop = () => service.client(ProductServiceDefinition);
const asAdmin = <T>(work: () => Promise<T>) => asCaller({ role: 'admin', userId: ADMIN }, work);
const usd = (minor: bigint) => ({ minor, currency: 'USD' });

const create = (over: Partial<ProductInput> = {}, idempotencyKey?: string) =>
  asAdmin(() =>
    admin().createProduct(
      { product: productInput(over) },
      idempotencyKey === undefined ? {} : { idempotencyKey },
    ),
  );
const idOf = ({ product }: { product?: { id: string } | undefined }) => product?.id ?? '';
const update = (id: string, changes: Partial<ProductInput>, version?: bigint) =>
  asAdmin(() => admin().updateProduct({ id, changes, fields: Object.keys(changes), version }));
const read = (id: string) => shop().getProduct({ by: { $case: 'id', value: id } });
const audited = (id: string) => service.audits().flatMap(({ data }) => (data.target.id === id ? [data] : []));
const typesOf = (id: string) =>
  service.events().flatMap(({ type, subject }) => (subject === id ? [type] : []));

beforeAll(async () => {
  await asCaller({ role: 'system' }, () => shop().upsertCategories({ categories: categoryInputs }));
});
beforeEach(() => service.clearEvents());

describe('a product of the administration', () => {
  it('is created once for an idempotency key, with who did it on record', async () => {
    const input = productInput({ name: 'Brass Lamp', variants: [variantInput('BRASS-S', 'Small')] });

    const made = await asAdmin(() => admin().createProduct({ product: input }, { idempotencyKey: 'key-1' }));
    const again = await asAdmin(() => admin().createProduct({ product: input }, { idempotencyKey: 'key-1' }));

    expect(made).toMatchObject({
      product: { slug: 'brass-lamp', version: 1n, status: ProductStatus.ACTIVE },
      categorySlug: 'home',
      price: usd(1000n),
      variants: [{ price: usd(1000n) }],
    });
    expect(again).toEqual(made);
    await expect(asAdmin(() => admin().createProduct({ product: input }))).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    await eventually(() =>
      expect(audited(idOf(made))).toMatchObject([
        {
          action: 'product.create',
          actor: { role: 'admin', userId: ADMIN },
          after: { name: 'Brass Lamp', priceMinor: 1000 },
        },
      ]),
    );
  });

  it('changes in the named fields only, and only from the version that was read', async () => {
    const made = await create({ name: 'Oak Table', brand: 'Flamm', tags: ['wood'] });
    const id = idOf(made);

    const changed = await update(id, { price: usd(1500n), tags: [] }, 1n);

    expect(changed.product).toMatchObject({ name: 'Oak Table', brand: 'Flamm', tags: [], version: 2n });
    expect(changed.price).toEqual(usd(1500n));
    await expect(update(id, { name: 'Elm Table' }, 1n)).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
      details: { expected: 1, current: 2 },
    });
    expect(await read(id)).toMatchObject({ name: 'Oak Table', price: usd(1500n), version: 2n });
    await eventually(() => expect(typesOf(id)).toEqual(['product.created', 'product.updated']));
    await eventually(() =>
      expect(audited(id)).toMatchObject([
        { action: 'product.create' },
        {
          action: 'product.update',
          before: { priceMinor: 1000, tags: ['wood'] },
          after: { priceMinor: 1500, tags: [] },
        },
      ]),
    );
  });

  it('changed by two editors of one version changes once', async () => {
    const id = idOf(await create());

    const edits = await Promise.allSettled(['One', 'Two', 'Three'].map((name) => update(id, { name }, 1n)));

    expect(edits.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await read(id)).toMatchObject({ version: 2n });
  });

  it('names every bad field as the editor wrote it', async () => {
    const id = idOf(await create());

    await expect(
      update(id, { name: '', images: ['javascript:1'], categorySlug: 'home' }),
    ).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'name' }, { field: 'images[0]' }] },
    });
    await expect(update(id, { categorySlug: 'nowhere' })).rejects.toMatchObject({
      details: { fields: [{ field: 'categorySlug', message: 'is not a category' }] },
    });
    await expect(update(id, { sku: 'OTHER' })).rejects.toMatchObject({
      details: { fields: [{ field: 'sku', message: 'cannot be changed' }] },
    });
    expect(await read(id)).toMatchObject({ version: 1n });
  });

  it('gets, changes and loses variants that keep their ids', async () => {
    const id = idOf(await create({ variants: [variantInput(`V-${newId()}`, 'Small')] }));
    const sku = `V-${newId()}`;

    const added = await asAdmin(() =>
      admin().addVariant({ productId: id, variant: variantInput(sku, 'Large', 1900n), version: 1n }),
    );
    const variantId = added.variants[1]?.id ?? '';
    const priced = await asAdmin(() =>
      admin().updateVariant({ productId: id, variantId, changes: { price: usd(2100n) }, fields: ['price'] }),
    );
    await expect(
      asAdmin(() => admin().addVariant({ productId: id, variant: variantInput(sku, 'Again') })),
    ).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    const removed = await asAdmin(() => admin().removeVariant({ productId: id, variantId, version: 3n }));

    expect(priced.product?.variants).toMatchObject([
      { name: 'Small' },
      { id: variantId, sku, name: 'Large', price: usd(2100n) },
    ]);
    expect(removed.product).toMatchObject({ version: 4n, variants: [{ name: 'Small' }] });
    await expect(asAdmin(() => admin().removeVariant({ productId: id, variantId }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('deleted is gone for shoppers, is still listed as deleted, and comes back with its SKU', async () => {
    const sku = `GONE-${newId()}`;
    const id = idOf(await create({ sku, name: 'Paperweight' }));

    await asAdmin(() => admin().deleteProduct({ id, version: 1n }));

    await expect(read(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(asAdmin(() => admin().deleteProduct({ id }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const listed = (deleted: boolean) =>
      asAdmin(() => admin().listAdminProducts({ filter: { search: sku, deleted } }));
    expect((await listed(false)).products).toEqual([]);
    expect((await listed(true)).products).toMatchObject([{ product: { id, version: 2n } }]);
    await eventually(() => expect(typesOf(id)).toEqual(['product.created', 'product.deleted']));
    expect(idOf(await create({ sku, name: 'Paperweight' }))).toBe(id);
    expect(await read(id)).toMatchObject({ sku });
  });

  it('is found by part of its name or SKU whatever its status, and exported in pages', async () => {
    const mark = newId().slice(-12);
    const first = idOf(
      await create({ sku: `FIND-${mark}-1`, name: 'Hidden One', status: ProductStatus.INACTIVE }),
    );
    const second = idOf(await create({ sku: `FIND-${mark}-2`, name: 'Shown Two' }));

    const filter = { search: `find-${mark}` };
    const page = await asAdmin(() => admin().listAdminProducts({ filter, page: { page: 1, limit: 1 } }));
    const inactive = await asAdmin(() =>
      admin().listAdminProducts({ filter: { ...filter, status: ProductStatus.INACTIVE } }),
    );
    const exported = await asAdmin(() => admin().exportProducts({ filter, limit: 1 }));
    const rest = await asAdmin(() => admin().exportProducts({ filter, afterId: first, limit: 10 }));

    const walked = await walkByCursor(
      async (by) => {
        const answer = await asAdmin(() => admin().listAdminProducts({ filter, page: by }));
        return { items: answer.products, page: answer.page };
      },
      () => create({ sku: `FIND-${mark}-3`, name: 'Third' }),
    );

    expect(walked.map(idOf)).toEqual([second, first]);
    expect([page.page?.total, page.products.map(idOf)]).toEqual([2n, [second]]);
    expect(inactive.products.map(idOf)).toEqual([first]);
    expect([exported.products.map(idOf), rest.products.map(idOf)]).toEqual([[first], [second]]);
  });

  it("is nobody else's to read or write", async () => {
    for (const role of ['customer', 'support', 'anonymous'] as const) {
      const call = asCaller({ role, userId: newId() }, () =>
        admin().createProduct({ product: productInput() }),
      );
      await expect(call).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('the address of a product', () => {
  it('that it had before leads to it, and is given to no other', async () => {
    const id = idOf(await create({ name: 'Velvet Chair' }));

    await update(id, { slug: 'plush-chair' });

    const found = await shop().getProduct({ by: { $case: 'slug', value: 'velvet-chair' } });
    expect(found).toMatchObject({ id, slug: 'plush-chair' });
    const other = await create({ name: 'Velvet Chair' });
    expect(other.product?.slug).toBe('velvet-chair-2');
    // It may go back to what it was called.
    await update(id, { slug: 'velvet-chair' });
    expect(await shop().getProduct({ by: { $case: 'slug', value: 'plush-chair' } })).toMatchObject({
      id,
      slug: 'velvet-chair',
    });
  });
});

describe('a sale', () => {
  const soon = (ms: number) => new Date(Date.now() + ms);

  it('changes the price of shoppers at its beginning and its end, and tells of both', async () => {
    // Short, and tried again with a longer one where the machine slept through it.
    let shortly = 300;
    const id = await eventually(
      async () => {
        shortly *= 2;
        const sale = { price: usd(800n), startsAt: soon(shortly), endsAt: soon(2 * shortly + 300) };
        const variants = [
          { ...variantInput(`S-${newId()}`, 'Small'), salePrice: usd(700n) },
          variantInput(`L-${newId()}`, 'Large'),
        ];
        const made = await create({ price: usd(1000n), variants, sale });
        expect(made).toMatchObject({
          price: usd(1000n),
          sale,
          product: { price: usd(1000n), isOnSale: false },
        });
        await eventually(
          async () =>
            expect(await read(idOf(made))).toMatchObject({
              price: usd(800n),
              originalPrice: usd(1000n),
              isOnSale: true,
              saleEndsAt: sale.endsAt,
              variants: [{ price: usd(700n) }, { price: usd(1000n) }],
            }),
          { timeoutMs: 2 * shortly + 300 },
        );
        return idOf(made);
      },
      { timeoutMs: 30_000 },
    );
    await eventually(async () => {
      const after = await read(id);
      expect(after).toMatchObject({
        price: usd(1000n),
        isOnSale: false,
        variants: [{ price: usd(1000n) }, {}],
      });
      expect(after.originalPrice).toBeUndefined();
    });
    await eventually(() =>
      expect(
        service.events().flatMap(({ subject, data }) => (subject === id ? [Reflect.get(data, 'price')] : [])),
      ).toEqual([1000, 800, 1000].map((amountMinor) => ({ amountMinor, currency: 'USD' }))),
    );
    expect(await read(id)).toMatchObject({ version: 3n });
    const filtered = await shop().listProducts({ filter: { maxPrice: 900n }, page: { page: 1, limit: 100 } });
    expect(filtered.products.map((product) => product.id)).not.toContain(id);
  });

  it('that runs already counts at once, in filters too, and ends when it is taken away', async () => {
    const mark = `sale-${newId()}`;
    const id = idOf(await create({ price: usd(1000n), tags: [mark], sale: { price: usd(250n) } }));
    const cheap = async () =>
      (await shop().listProducts({ filter: { tags: [mark], maxPrice: 300n, isOnSale: true } })).products
        .length;

    expect(await read(id)).toMatchObject({ price: usd(250n), originalPrice: usd(1000n), isOnSale: true });
    expect(await cheap()).toBe(1);
    const ended = await asAdmin(() => admin().updateProduct({ id, changes: {}, fields: ['sale'] }));
    expect(ended.sale).toBeUndefined();
    expect(await read(id)).toMatchObject({ price: usd(1000n), isOnSale: false });
    expect(await cheap()).toBe(0);
  });

  it('is cheaper and ends after it began', async () => {
    const sale = { price: usd(1000n), startsAt: soon(2000), endsAt: soon(1000) };

    await expect(create({ price: usd(1000n), sale })).rejects.toMatchObject({
      details: {
        fields: [
          { field: 'sale.price', message: 'must be below the price of the product' },
          { field: 'sale.endsAt', message: 'must be after the start' },
        ],
      },
    });
  });
});
