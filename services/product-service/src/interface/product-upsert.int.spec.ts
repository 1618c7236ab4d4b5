import { Database } from '@vici/database';
import { type ProductInput, ProductServiceDefinition, ProductStatus } from '@vici/proto-gen/product';
import { asCaller, eventually, quickest, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProductTables } from '../infrastructure/product.tables.js';
import { productService } from '../product.service.js';
import { categoryInputs, productInput, variantInput } from './product.fixture.js';

const service = useService(productService);
const products = () => service.client(ProductServiceDefinition);
const asSystem = <T>(work: () => Promise<T>) => asCaller({ role: 'system' }, work);

const upsert = (...inputs: ProductInput[]) =>
  asSystem(
    async () => (await products().upsertProducts({ products: inputs }, { timeoutMs: 20_000 })).products,
  );
const upsertOne = async (input: ProductInput) => {
  const [made] = await upsert(input);
  if (made === undefined) throw new Error('Nothing was upserted');
  return made;
};
const read = (id: string) => asSystem(() => products().getProduct({ by: { $case: 'id', value: id } }));
const eventsOf = (id: string) => service.events().flatMap((event) => (event.subject === id ? [event] : []));
const knownWords = async () => {
  const { query } = service.get<Database<ProductTables>>(Database);
  const rows = await query.selectFrom('search_words').select(['word', 'frequency']).execute();
  return new Map(rows.map(({ word, frequency }) => [word, frequency]));
};

/** Waits until an event made after everything before it has arrived: then nothing is on its way any more. */
async function allEventsArrived() {
  const { id } = await upsertOne(productInput());
  await eventually(() => expect(eventsOf(id)).toHaveLength(1));
}

beforeAll(async () => {
  await asSystem(() => products().upsertCategories({ categories: categoryInputs }));
});
beforeEach(() => service.clearEvents());

describe('upserting products', () => {
  it('creates them with the ids given or made, and tells the other services', async () => {
    const id = newId();
    const input = productInput({
      id,
      name: 'Crème Brûlée Torch',
      categorySlug: 'kitchen',
      images: ['http://localhost:9000/vici-media/products/torch.png'],
      tags: ['fire', 'fire'],
      brand: 'Flamm',
      variants: [variantInput('TORCH-S', 'Small'), variantInput('TORCH-L', 'Large', 1900n)],
    });

    const made = await upsertOne(input);
    const product = await read(id);

    expect(made).toMatchObject({ id, sku: input.sku, changed: true });
    expect(product).toMatchObject({
      slug: 'creme-brulee-torch',
      tags: ['fire'],
      variants: [
        { id: made.variantIds['TORCH-S'], productId: id, price: { minor: 1000n, currency: 'USD' } },
        {
          id: made.variantIds['TORCH-L'],
          price: { minor: 1900n, currency: 'USD' },
          attributes: { size: 'Large' },
        },
      ],
    });
    await eventually(() => expect(eventsOf(id)).toHaveLength(1));
    expect(eventsOf(id)[0]).toMatchObject({
      type: 'product.created',
      data: {
        productId: id,
        sku: input.sku,
        slug: 'creme-brulee-torch',
        name: 'Crème Brûlée Torch',
        categoryId: product.categoryId,
        categoryName: 'Kitchen',
        categoryPath: product.categoryPath,
        price: { amountMinor: 1000, currency: 'USD' },
        image: 'http://localhost:9000/vici-media/products/torch.png',
        tags: ['fire'],
        brand: 'Flamm',
        rating: 0,
        status: 'ACTIVE',
        variants: [
          { variantId: made.variantIds['TORCH-S'], sku: 'TORCH-S', name: 'Small' },
          { variantId: made.variantIds['TORCH-L'], sku: 'TORCH-L', name: 'Large' },
        ],
        version: 1,
      },
    });
  });

  it('changes nothing and tells nobody when the content is the same', async () => {
    const input = productInput({
      specifications: { b: '2', a: '1' },
      variants: [variantInput('SAME-1', 'One')],
      longDescription: 'Long',
    });
    const first = await upsertOne(input);
    const before = await read(first.id);

    const second = await upsertOne({ ...input, id: newId(), specifications: { a: '1', b: '2' } });

    expect(second).toEqual({ ...first, changed: false });
    expect(await read(first.id)).toEqual(before);
    await allEventsArrived();
    expect(eventsOf(first.id).map(({ type }) => type)).toEqual(['product.created']);
  });

  it('raises the version and tells of it when the content changed, keeping the address', async () => {
    const input = productInput({ name: 'Green Chair' });
    const { id } = await upsertOne(input);

    const again = await upsertOne({ ...input, name: 'Red Chair', price: { minor: 900n, currency: 'USD' } });

    expect(again).toMatchObject({ id, changed: true });
    expect(await read(id)).toMatchObject({ name: 'Red Chair', slug: 'green-chair', version: 2n });
    await eventually(() =>
      expect(eventsOf(id)).toMatchObject([
        { type: 'product.created', data: { version: 1 } },
        { type: 'product.updated', data: { version: 2, name: 'Red Chair', price: { amountMinor: 900 } } },
      ]),
    );
  });

  it('removes a variant left out and gives it its id back when it returns', async () => {
    const input = productInput({
      variants: [variantInput('COLOUR-1', 'Red'), variantInput('COLOUR-2', 'Blue')],
    });
    const first = await upsertOne(input);

    const second = await upsertOne({ ...input, variants: [variantInput('COLOUR-2', 'Blue')] });
    const between = await read(first.id);
    const third = await upsertOne(input);

    expect(second.variantIds).toEqual({ 'COLOUR-2': first.variantIds['COLOUR-2'] });
    expect(between.variants.map(({ sku }) => sku)).toEqual(['COLOUR-2']);
    expect(third.variantIds).toEqual(first.variantIds);
  });

  it('makes slugs unique, also within one call, and keeps the counters when called again', async () => {
    const inputs = ['A', 'B', 'C'].map((sku) => productInput({ sku: `TWIN-${sku}`, name: 'Twin Bed' }));
    const given = productInput({ sku: 'TWIN-D', name: 'Other', slug: 'twin-bed' });

    const made = await upsert(...inputs, given);
    const again = await upsert(...inputs, given);
    const slugs = await Promise.all(made.map(async ({ id }) => (await read(id)).slug));

    expect(slugs).toEqual(['twin-bed', 'twin-bed-2', 'twin-bed-3', 'twin-bed-4']);
    expect(again.map(({ changed }) => changed)).toEqual([false, false, false, false]);
  });

  it('writes all of a call or nothing, and names every bad field', async () => {
    const good = productInput({ sku: 'ALL-OR-NOTHING' });
    const bad = productInput({
      sku: '',
      name: ' ',
      price: { minor: -1n, currency: 'USD' },
      images: ['javascript:alert(1)'],
      weightGrams: -5,
      slug: 'Not A Slug',
      variants: [
        { ...variantInput('V-1', 'x'), price: { minor: 1n, currency: 'EUR' } },
        variantInput('V-1', 'y'),
      ],
    });

    await expect(
      upsert(good, bad, productInput({ sku: 'ALL-OR-NOTHING', price: undefined })),
    ).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: {
        fields: [
          { field: 'products[1].name' },
          { field: 'products[1].price' },
          { field: 'products[1].sku' },
          { field: 'products[1].slug' },
          { field: 'products[1].images[0]' },
          { field: 'products[1].weightGrams' },
          { field: 'products[1].variants[0].price' },
          { field: 'products[2].price' },
          { field: 'products[2].sku' },
          { field: 'products[1].variants[1].sku' },
        ],
      },
    });
    await expect(upsert(good, productInput({ categorySlug: 'nowhere' }))).rejects.toMatchObject({
      details: { fields: [{ field: 'products[1].categorySlug', message: 'is not a category' }] },
    });
    await expect(
      products().getProduct({ by: { $case: 'slug', value: 'all-or-nothing' } }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await allEventsArrived();
    // Those of the test before may come late: they have other keys.
    const told = service.events().filter(({ data }) => 'sku' in data && data.sku === good.sku);
    expect(told).toEqual([]);
  });

  it('refuses ids and SKUs of other products', async () => {
    const owner = productInput({ variants: [variantInput('OWNED', 'Mine')] });
    const { id } = await upsertOne(owner);

    await expect(
      upsert(
        productInput({ id, variants: [variantInput('OWNED', 'Stolen'), variantInput(owner.sku, 'Stolen')] }),
        productInput({ sku: 'OWNED' }),
      ),
    ).rejects.toMatchObject({ details: { fields: [{ field: 'products[0].variants[0].sku' }] } });
    await expect(
      upsert(
        productInput({ id, variants: [variantInput(owner.sku, 'Stolen')] }),
        productInput({ sku: 'OWNED' }),
      ),
    ).rejects.toMatchObject({
      details: {
        fields: [
          { field: 'products[0].id' },
          { field: 'products[0].variants[0].sku' },
          { field: 'products[1].sku' },
        ],
      },
    });
  });

  it('creates one product when many calls bring the same SKU at once', async () => {
    const input = productInput({ sku: 'RACE', name: 'Race', variants: [variantInput('RACE-1', 'One')] });

    const made = await Promise.all(Array.from({ length: 8 }, () => upsertOne(input)));

    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(new Set(made.map(({ variantIds }) => variantIds['RACE-1'])).size).toBe(1);
    expect(made.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await read(made[0]?.id ?? '')).toMatchObject({ slug: 'race', version: 1n });
  });

  it('writes 500 products in less than 1.5 seconds, and no more than 500', async () => {
    const many = (round: number) =>
      Array.from({ length: 500 }, (_, n) =>
        productInput({
          name: `Bulk Item ${n % 50}`,
          description: 'A long enough text about a thing that is sold in great numbers every day. '.repeat(4),
          tags: ['bulk', `tag-${n % 7}`],
          variants: [
            variantInput(`BULK-${round}-${n}-S`, 'Small'),
            variantInput(`BULK-${round}-${n}-L`, 'Large'),
          ],
        }),
      );

    let round = 0;
    const soonest = await quickest(1500, async () => {
      round += 1;
      const inputs = many(round);
      const made = await upsert(...inputs);
      expect(made.map(({ sku }) => sku)).toEqual(inputs.map(({ sku }) => sku));
    });

    expect(soonest).toBeLessThan(1500);
    await expect(upsert(...many(0), productInput())).rejects.toMatchObject({
      details: { fields: [{ field: 'products', message: 'must have at most 500 entries' }] },
    });
  });

  it('keeps count of the words of shown products', async () => {
    const input = productInput({ name: 'Zanzibar Lantern', description: 'zanzibar' });
    await upsertOne(input);
    await upsertOne(productInput({ name: 'Zanzibar Rug' }));
    const both = await knownWords();

    await upsertOne({ ...input, status: ProductStatus.INACTIVE });
    const one = await knownWords();

    expect([both.get('zanzibar'), both.get('lantern'), both.get('rug')]).toEqual([2, 1, 1]);
    expect([one.get('zanzibar'), one.get('lantern'), one.get('rug')]).toEqual([1, undefined, 1]);
  });

  it('is for system callers and admins', async () => {
    for (const role of ['anonymous', 'customer', 'support'] as const) {
      const calls: (() => Promise<unknown>)[] = [
        () => products().upsertProducts({ products: [productInput()] }),
        () => products().upsertCategories({ categories: [] }),
        () => products().storeImage({ key: 'a.png', contentType: 'image/png' }),
      ];
      for (const call of calls)
        await expect(asCaller({ role }, call)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});
