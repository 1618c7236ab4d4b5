import { type BehaviourType, createEvent, type DomainEvent, type EventData } from '@vici/events';
import { type Product, Product as ProductMessage, ProductStatus } from '@vici/proto-gen/product';
import { newId } from '@vici/utils';

/** A product of a test's shop, as its events and product-service tell of it. */
export interface ShopProduct {
  readonly id: string;
  readonly name: string;
  readonly categoryPath: readonly string[];
  readonly createdAt: string;
}

let made = 0;

/** A product that is newer than all made before. */
export function shopProduct(name: string, ...categoryPath: string[]): ShopProduct {
  made += 1;
  return {
    id: newId(),
    name,
    categoryPath,
    createdAt: new Date(Date.UTC(2026, 0, 1) + made * 1_000).toISOString(),
  };
}

export function productEvent(
  product: ShopProduct,
  over: Partial<EventData<'product.created'>> = {},
): DomainEvent<'product.created'> {
  const [categoryId = newId()] = product.categoryPath;
  return createEvent('product.created', {
    subject: product.id,
    data: {
      productId: product.id,
      sku: product.id,
      slug: product.id,
      name: product.name,
      description: '',
      categoryId,
      categoryName: 'Category',
      categoryPath: [...product.categoryPath],
      price: { amountMinor: 1_999, currency: 'USD' },
      image: `https://img.example/${product.id}.svg`,
      tags: [],
      rating: 4.5,
      status: 'ACTIVE',
      variants: [],
      version: 1,
      createdAt: product.createdAt,
      ...over,
    },
  });
}

export function stockEvent(productId: string, available: number): DomainEvent<'stock.changed'> {
  return createEvent('stock.changed', {
    subject: productId,
    data: {
      sku: productId,
      productId,
      onHand: available,
      reserved: 0,
      available,
      productAvailable: available,
      version: 1,
      reason: 'test',
    },
  });
}

/** What a shopper did with a product; now, unless told otherwise. */
export function behaviourEvent(
  type: BehaviourType & ('product_view' | 'add_to_cart' | 'purchase'),
  did: { productId: string; sessionId: string; userId?: string; timestamp?: number },
): DomainEvent<'product_view' | 'add_to_cart' | 'purchase'> {
  const data = { timestamp: Date.now(), ...did };
  const subject = did.userId ?? did.sessionId;
  switch (type) {
    case 'product_view':
      return createEvent(type, { subject, data: { ...data, eventType: type } });
    case 'add_to_cart':
      return createEvent(type, { subject, data: { ...data, eventType: type } });
    case 'purchase':
      return createEvent(type, { subject, data: { ...data, eventType: type, quantity: 1 } });
  }
}

/** The product as product-service answers with it. */
export function productMessage({ id, name, categoryPath }: ShopProduct): Product {
  return ProductMessage.fromPartial({
    id,
    name,
    categoryPath: [...categoryPath],
    stock: 10,
    status: ProductStatus.ACTIVE,
  });
}

export const [home, lamps, chairs] = [newId(), newId(), newId()];
export const redLamp = shopProduct('Red lamp', lamps, home);
export const blueLamp = shopProduct('Blue lamp', lamps, home);
export const oakChair = shopProduct('Oak chair', chairs, home);
export const pineChair = shopProduct('Pine chair', chairs, home);
export const soldOut = shopProduct('Sold out lamp', lamps, home);
export const hidden = shopProduct('Hidden lamp', lamps, home);
/** The newest last. */
export const forSale = [redLamp, blueLamp, oakChair, pineChair];
export const shop = [...forSale, soldOut, hidden];

/** The events from which a service learns of the shop. */
export function shopEvents(): readonly DomainEvent[] {
  return [
    ...shop.map((product) => productEvent(product, product === hidden ? { status: 'INACTIVE' } : {})),
    stockEvent(soldOut.id, 0),
  ];
}

/** What product-service answers of the shop. */
export const productAnswers = {
  getProducts: async ({ ids }: { ids: readonly string[] }) => ({
    products: ids.flatMap((id) => shop.filter((product) => product.id === id).map(productMessage)),
  }),
  listCategories: async () => ({
    categories: [
      { id: home, name: 'Home', slug: 'home' },
      { id: lamps, name: 'Lamps', slug: 'lamps' },
      { id: chairs, name: 'Chairs', slug: 'chairs' },
    ],
  }),
};

export const sortedIds = (products: readonly ShopProduct[]) => products.map(({ id }) => id).sort();
