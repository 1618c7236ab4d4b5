import { Database, sql } from '@vici/database';
import { createEvent, type EventData } from '@vici/events';
import { type ProductInput, ProductServiceDefinition, ProductSort } from '@vici/proto-gen/product';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { ProductActivity } from '../application/product-activity.js';
import { productService } from '../product.service.js';
import { categoryInputs, productInput, variantInput } from './product.fixture.js';

const service = useService(productService, { POPULARITY_INTERVAL_MS: '50' });
const products = () => service.client(ProductServiceDefinition);
const asSystem = <T>(work: () => Promise<T>) => asCaller({ role: 'system' }, work);

async function create(input: ProductInput): Promise<string> {
  const { products: made } = await asSystem(() => products().upsertProducts({ products: [input] }));
  return made[0]?.id ?? '';
}

const read = (id: string) => products().getProduct({ by: { $case: 'id', value: id } });

const stockChanged = (sku: string, available: number, version: number) =>
  createEvent('stock.changed', {
    subject: sku,
    data: {
      sku,
      productId: newId(),
      onHand: available,
      reserved: 0,
      available,
      productAvailable: available,
      version,
      reason: 'SET',
    },
  });

beforeAll(async () => {
  await asSystem(() => products().upsertCategories({ categories: categoryInputs }));
});

describe('stock', () => {
  it('of a product is that of its own SKU, or the sum over its variants', async () => {
    const plain = await create(productInput({ sku: 'PLAIN' }));
    const varied = await create(
      productInput({
        sku: 'VARIED',
        variants: [variantInput('V-RED', 'Red'), variantInput('V-BLUE', 'Blue')],
      }),
    );

    await service.publish(stockChanged('PLAIN', 5, 1));
    await service.publish(stockChanged('V-RED', 2, 1));
    await service.publish(stockChanged('V-BLUE', 4, 1));

    await eventually(async () => {
      expect(await read(plain)).toMatchObject({ stock: 5, version: 1n });
      expect(await read(varied)).toMatchObject({
        stock: 6,
        version: 1n,
        variants: [
          { sku: 'V-RED', stock: 2 },
          { sku: 'V-BLUE', stock: 4 },
        ],
      });
    });
  });

  it('may be ordered beyond: the product has none left, says how many may be backordered, and is listed as in stock', async () => {
    const id = await create(productInput({ sku: 'AWAITED' }));
    const event = stockChanged('AWAITED', 0, 1);
    await service.publish({ ...event, data: { ...event.data, orderable: 9 } });

    await eventually(async () => expect(await read(id)).toMatchObject({ stock: 0, backorderable: 9 }));
    const inStock = async () =>
      (await products().listProducts({ filter: { inStock: true } })).products.map((product) => product.id);
    expect(await inStock()).toContain(id);

    await service.publish(stockChanged('AWAITED', 0, 2));
    await eventually(async () => expect(await read(id)).toMatchObject({ stock: 0, backorderable: 0 }));
    expect(await inStock()).not.toContain(id);
  });

  it('is never set back by an older event that comes late', async () => {
    const id = await create(productInput({ sku: 'LATE' }));
    const activity = service.get(ProductActivity);

    const newer = await activity.recordStock([{ sku: 'LATE', available: 3, version: 8 }]);
    const older = await activity.recordStock([{ sku: 'LATE', available: 9, version: 7 }]);
    const same = await activity.recordStock([{ sku: 'LATE', available: 9, version: 8 }]);

    expect([newer, older, same]).toEqual([['LATE'], [], []]);
    expect(await read(id)).toMatchObject({ stock: 3 });
  });

  it('of a batch is the latest of each SKU, wherever in the batch it stands', async () => {
    const id = await create(productInput({ sku: 'BATCH' }));

    const news = await service.get(ProductActivity).recordStock([
      { sku: 'BATCH', available: 1, version: 1 },
      { sku: 'BATCH', available: 3, version: 3 },
      { sku: 'BATCH', available: 2, version: 2 },
    ]);

    expect(news).toEqual(['BATCH']);
    expect(await read(id)).toMatchObject({ stock: 3 });
  });

  it('that is told before its product exists is there when the product appears', async () => {
    const activity = service.get(ProductActivity);
    await activity.recordStock([{ sku: 'EARLY', available: 7, version: 2 }]);
    await activity.recordStock([{ sku: 'EARLY-S', available: 4, version: 1 }]);

    const plain = await create(productInput({ sku: 'EARLY' }));
    const varied = await create(productInput({ variants: [variantInput('EARLY-S', 'Small')] }));

    expect(await read(plain)).toMatchObject({ stock: 7 });
    expect(await read(varied)).toMatchObject({ stock: 4, variants: [{ stock: 4 }] });
  });

  it('follows the variants: one that is removed counts no more', async () => {
    const input = productInput({ variants: [variantInput('KEEP', 'Keep'), variantInput('DROP', 'Drop')] });
    const id = await create(input);
    const activity = service.get(ProductActivity);
    await activity.recordStock([{ sku: 'KEEP', available: 1, version: 1 }]);
    await activity.recordStock([{ sku: 'DROP', available: 10, version: 1 }]);

    await create({ ...input, variants: [variantInput('KEEP', 'Keep')] });

    expect(await read(id)).toMatchObject({ stock: 1 });
  });

  it('adds up when all levels of a product and the product itself arrive at once', async () => {
    const skus = Array.from({ length: 10 }, (_, n) => `RUSH-${n}`);
    const input = productInput({ variants: skus.map((sku) => variantInput(sku, sku)) });
    const activity = service.get(ProductActivity);

    const [id] = await Promise.all([
      create(input),
      ...skus.map((sku) => activity.recordStock([{ sku, available: 2, version: 1 }])),
    ]);
    await Promise.all(skus.map((sku) => activity.recordStock([{ sku, available: 3, version: 2 }])));

    expect(await read(id)).toMatchObject({ stock: 30 });
  });
});

describe('popularity', () => {
  const order = (items: { productId: string; quantity: number }[]): EventData<'order.confirmed'> => ({
    occurredAt: '2026-03-01T10:00:00.000Z',
    order: {
      orderId: newId(),
      number: 'V-1',
      userId: newId(),
      email: 'ada@example.com',
      status: 'CONFIRMED',
      items: items.map(({ productId, quantity }) => ({
        orderItemId: newId(),
        productId,
        sku: 'X',
        name: 'X',
        image: '',
        quantity,
        unitPrice: { amountMinor: 100, currency: 'USD' },
        totalPrice: { amountMinor: 100 * quantity, currency: 'USD' },
      })),
      subtotal: { amountMinor: 100, currency: 'USD' },
      shipping: { amountMinor: 0, currency: 'USD' },
      tax: { amountMinor: 0, currency: 'USD' },
      discount: { amountMinor: 0, currency: 'USD' },
      total: { amountMinor: 100, currency: 'USD' },
      shippingAddress: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        addressLine1: '12 St James Square',
        city: 'London',
        state: '',
        postalCode: 'SW1Y 4JH',
        country: 'GB',
      },
      placedAt: '2026-03-01T09:00:00.000Z',
    },
  });

  const purchase = (units: ReadonlyMap<string, number>) =>
    service
      .get(Database)
      .transaction(() =>
        service
          .get(ProductActivity)
          .recordPurchases(
            [...units].map(([productId, sold]) => ({ userId: newId(), productId, units: sold })),
          ),
      );

  async function popularityOf(id: string): Promise<unknown> {
    const { rows } = await sql<{ popularity: bigint }>`
      select popularity from products where id = ${id}`.execute(service.get(Database).query);
    return rows[0]?.popularity;
  }

  it('counts the units of confirmed orders, each event once', async () => {
    const [first, second, third] = await Promise.all(
      ['One', 'Two', 'Three'].map((name) =>
        create(productInput({ name: `Popular ${name}`, categorySlug: 'toys' })),
      ),
    );
    const ids = [first, second, third].map(String);
    const [a = '', b = '', c = ''] = ids;
    const confirmed = createEvent('order.confirmed', {
      subject: newId(),
      data: order([
        { productId: b, quantity: 2 },
        { productId: b, quantity: 2 },
        { productId: newId(), quantity: 9 },
      ]),
    });
    const other = createEvent('order.confirmed', {
      subject: newId(),
      data: order([{ productId: a, quantity: 5 }]),
    });

    await service.publish(confirmed);
    await service.publish(confirmed);
    await service.publish(other);

    await eventually(async () => {
      const { products: found } = await products().listProducts({
        filter: { category: 'toys' },
        sort: ProductSort.POPULAR,
      });
      // Five of the first against twice two of the second, which would be eight were its event counted twice.
      expect(found.map(({ id }) => id)).toEqual([a, b, c]);
    });
  });

  it('loses no sale and counts none twice, whoever counts while orders come in', async () => {
    const [first, second] = [await create(productInput({})), await create(productInput({}))];
    const activity = service.get(ProductActivity);
    const sell = (id: string, units: number) => purchase(new Map([[id, units]]));

    await Promise.all(
      Array.from({ length: 20 }, (_, n) => [
        sell(first, 1),
        sell(second, n),
        n % 4 === 0 ? activity.countSales() : undefined,
      ]).flat(),
    );

    await eventually(async () => {
      expect([await popularityOf(first), await popularityOf(second)]).toEqual([20n, 190n]);
      expect(await activity.uncountedSales()).toBe(0);
    });
  });

  it('leaves out what the catalogue does not know, and goes on counting the rest', async () => {
    const id = await create(productInput({}));
    await purchase(
      new Map<string, number>([
        [newId(), 5],
        [id, 2],
      ]),
    );

    await eventually(async () => {
      expect(await popularityOf(id)).toBe(2n);
    });
  });
});
