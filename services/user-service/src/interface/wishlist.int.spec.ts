import { type Product, ProductServiceDefinition } from '@vici/proto-gen/product';
import { UserServiceDefinition } from '@vici/proto-gen/user';
import { asCaller, fakeUpstream, pauseAt, useService } from '@vici/testing';
import { DomainError, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { userService } from '../user.service.js';

const image = 'http://localhost:9000/mug.png';
const makeProduct = (name: string): Partial<Product> & { id: string } => ({
  id: newId(),
  name,
  price: { minor: 1250n, currency: 'USD' },
  images: [image, 'http://localhost:9000/back.png'],
  rating: 4.5,
  stock: 7,
});
const mug = makeProduct('Mug');
const shirt = makeProduct('Shirt');

let sold: Map<string, Partial<Product>>;
let asked: { ids: string[]; activeOnly: boolean }[];

const products = fakeUpstream(ProductServiceDefinition, {});
const service = useService(userService, {}, { upstreams: [products] });
const users = () => service.client(UserServiceDefinition);

beforeEach(() => {
  sold = new Map([mug, shirt].map((product) => [product.id, product]));
  asked = [];
  products.handlers.getProducts = async (request) => {
    asked.push(request);
    return { products: request.ids.flatMap((id) => sold.get(id) ?? []) };
  };
});

/** Runs `work` as a signed-in customer. */
const as = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);
const add = (userId: string, productId: string) => as(userId, () => users().addToWishlist({ productId }));
const remove = (userId: string, productId: string) =>
  as(userId, () => users().removeFromWishlist({ productId }));
const list = async (userId: string) => (await as(userId, () => users().listWishlist({}))).items;
const idsOf = async (userId: string) => (await list(userId)).map(({ product }) => product?.id);
const catalogueIsAway = () => {
  products.handlers.getProducts = async () => {
    throw new DomainError('SERVICE_UNAVAILABLE', 'The catalogue is away.');
  };
};

describe('a wishlist', () => {
  it('keeps a product, and shows the newest first with what the catalogue says now, asked once', async () => {
    const userId = newId();

    const { item, added } = await add(userId, mug.id);
    await add(userId, shirt.id);
    sold.set(mug.id, { ...mug, name: 'Big mug', price: { minor: 990n, currency: 'USD' }, stock: 0 });
    asked = [];
    const items = await list(userId);

    expect(added).toBe(true);
    expect(item).toEqual({
      id: expect.any(String),
      userId,
      product: {
        id: mug.id,
        name: 'Mug',
        price: { minor: 1250n, currency: 'USD' },
        image,
        rating: 4.5,
        stock: 7,
      },
      addedAt: expect.any(Date),
    });
    expect(items).toEqual([
      expect.objectContaining({ product: expect.objectContaining({ id: shirt.id }) }),
      {
        ...item,
        product: { ...item?.product, name: 'Big mug', price: { minor: 990n, currency: 'USD' }, stock: 0 },
      },
    ]);
    expect(asked).toEqual([{ ids: [shirt.id, mug.id], activeOnly: true, withoutTexts: true }]);
  });

  it('is empty at first, which nobody has to be asked for', async () => {
    expect(await list(newId())).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('keeps the item as it is when the product is added again', async () => {
    const userId = newId();

    const first = await add(userId, mug.id);
    const again = await add(userId, mug.id.toUpperCase());

    expect(again).toEqual({ ...first, added: false });
    expect(await list(userId)).toHaveLength(1);
  });

  it('has one item after two additions that overlap', async () => {
    const userId = newId();
    const pause = pauseAt('user.wishlist-add');

    const early = add(userId, mug.id);
    await pause.reached;
    const late = add(userId, mug.id);
    pause.resume();
    const [first, second] = await Promise.all([early, late]);

    expect([first.added, second.added]).toEqual([true, false]);
    expect(second.item).toEqual(first.item);
    expect(await idsOf(userId)).toEqual([mug.id]);
  });

  it('refuses what is not sold, and keeps nothing of it', async () => {
    const userId = newId();
    const unknown = newId();

    await expect(add(userId, unknown)).rejects.toMatchObject({
      code: 'PRODUCT_UNAVAILABLE',
      details: { productId: unknown },
    });
    sold.set(unknown, { ...mug, id: unknown });
    expect(await list(userId)).toEqual([]);
  });

  it('leaves out what is no longer sold, and has it back when it is sold again', async () => {
    const userId = newId();
    await add(userId, mug.id);
    await add(userId, shirt.id);

    sold.delete(mug.id);
    const without = await idsOf(userId);
    sold.set(mug.id, mug);
    const back = await idsOf(userId);

    expect(without).toEqual([shirt.id]);
    expect(back).toEqual([shirt.id, mug.id]);
  });

  it('lets a product go, and does not mind when it is not there', async () => {
    const userId = newId();
    await add(userId, mug.id);
    await add(userId, shirt.id);

    const removals = [await remove(userId, mug.id), await remove(userId, mug.id)];

    expect(removals).toEqual([{ removed: true }, { removed: false }]);
    expect(await idsOf(userId)).toEqual([shirt.id]);
  });

  it('holds at most 200 products, also when many come at once', async () => {
    const userId = newId();
    const many = Array.from({ length: 205 }, (_, index) => makeProduct(`Thing ${index}`));
    for (const product of many) sold.set(product.id, product);
    for (const { id } of many.slice(0, 195)) await add(userId, id);

    const results = await Promise.allSettled(many.slice(195).map(({ id }) => add(userId, id)));
    asked = [];
    const kept = await idsOf(userId);

    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(5);
    for (const error of refused)
      expect(error).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 200 } });
    expect(new Set(kept).size).toBe(200);
    expect(asked).toHaveLength(1);
    // What is there already is no addition.
    expect(await add(userId, kept[0] ?? '')).toMatchObject({ added: false });
  });

  it("is nobody else's", async () => {
    const [userId, stranger] = [newId(), newId()];
    await add(userId, mug.id);

    expect(await list(stranger)).toEqual([]);
    expect(await remove(stranger, mug.id)).toEqual({ removed: false });
    const strangers = await add(stranger, mug.id);

    const [own] = await list(userId);
    expect(own?.userId).toBe(userId);
    expect(strangers.item).toMatchObject({ userId: stranger });
    expect(strangers.item?.id).not.toBe(own?.id);
  });

  it('names a product id that is none', async () => {
    const userId = newId();
    const fault = {
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'productId', message: 'must be a UUID' }] },
    };

    await expect(add(userId, 'mug')).rejects.toMatchObject(fault);
    await expect(remove(userId, '')).rejects.toMatchObject(fault);
    expect(asked).toEqual([]);
  });

  it('is for signed-in shoppers', async () => {
    const guest = { role: 'anonymous' } as const;
    const attempts = await Promise.allSettled([
      asCaller(guest, () => users().listWishlist({})),
      asCaller(guest, () => users().addToWishlist({ productId: mug.id })),
      asCaller(guest, () => users().removeFromWishlist({ productId: mug.id })),
    ]);

    expect(attempts).toEqual(
      Array.from({ length: 3 }, () => ({
        status: 'rejected',
        reason: expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      })),
    );
  });
});

// Last in the file: the failures open the circuit breaker of the catalogue.
describe('a wishlist while the catalogue is away', () => {
  it('can be neither shown nor added to, but products can go', async () => {
    const userId = newId();
    await add(userId, mug.id);
    catalogueIsAway();

    await expect(list(userId)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await expect(add(userId, shirt.id)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await remove(userId, mug.id)).toEqual({ removed: true });
    expect(await list(userId)).toEqual([]);
  });
});
