import { ProductServiceDefinition, ProductSort } from '@vici/proto-gen/product';
import { asCaller, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { productService } from '../product.service.js';
import { categoryInputs, productInput } from './product.fixture.js';

const service = useService(productService);
const products = () => service.client(ProductServiceDefinition);
const asSystem = <T>(work: () => Promise<T>) => asCaller({ role: 'system' }, work);

let [red, white, blue] = ['', '', ''];

beforeAll(async () => {
  await asSystem(() => products().upsertCategories({ categories: categoryInputs }));
  const inputs = ['Red', 'White', 'Blue'].map((colour) =>
    productInput({ sku: colour, name: `${colour} hanging heart` }),
  );
  const { products: made } = await asSystem(() => products().upsertProducts({ products: inputs }));
  [red, white, blue] = made.map(({ id }) => id) as [string, string, string];
});

const record = (origin: string, sales: { productId: string; units: number }[]) =>
  asSystem(() => products().recordPastSales({ origin, sales }));
const popular = async () => {
  const { products: page } = await products().listProducts({ sort: ProductSort.POPULAR });
  return page.map(({ id }) => id);
};

describe('sales from before Vici', () => {
  it('decide between products that fit a query equally well', async () => {
    await record('elsewhere', [
      { productId: white, units: 900 },
      { productId: red, units: 20 },
    ]);

    const { products: found } = await products().searchProducts({ query: 'hanging hart' });

    expect(found.map(({ id }) => id)).toEqual([white, red, blue]);
  });

  it('count once however often they are told, and what is told anew replaces it', async () => {
    const first = await record('archive', [{ productId: red, units: 1000 }]);
    const again = await record('archive', [{ productId: red, units: 1000 }]);
    const before = await popular();
    const corrected = await record('archive', [{ productId: red, units: 5 }]);

    expect([first.changed, again.changed, corrected.changed]).toEqual([1, 0, 1]);
    expect(before).toEqual([red, white, blue]);
    expect(await popular()).toEqual([white, red, blue]);
  });

  it('leave unknown products out and refuse what makes no sense', async () => {
    const unknown = await record('elsewhere', [{ productId: newId(), units: 3 }]);
    const negative = record('elsewhere', [{ productId: red, units: -3 }]);

    expect(unknown.changed).toBe(0);
    await expect(negative).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: {
        fields: [{ field: 'sales[0].units', message: 'must be a whole number from 1 to 1000000000' }],
      },
    });
    await expect(
      asCaller({ role: 'customer', userId: newId() }, () =>
        products().recordPastSales({ origin: 'elsewhere', sales: [{ productId: blue, units: 9 }] }),
      ),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
