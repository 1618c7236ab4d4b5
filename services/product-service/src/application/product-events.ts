import { createEvent, type DomainEvent, type EventData } from '@vici/events';
import type { Product } from '../domain/product.js';

/** The event that tells the other services how a product is now. */
export function productEvent(
  type: 'product.created' | 'product.updated',
  product: Product,
): DomainEvent<'product.created' | 'product.updated'> {
  return createEvent(type, { subject: product.id, data: snapshotOf(product) });
}

function snapshotOf(product: Product): EventData<'product.created'> {
  return {
    productId: product.id,
    sku: product.sku,
    slug: product.slug,
    name: product.name,
    description: product.description,
    categoryId: product.categoryId,
    categoryName: product.categoryName,
    categoryPath: [...product.categoryPath],
    price: { amountMinor: Number(product.priceMinor), currency: product.currency },
    image: product.images[0] ?? '',
    tags: [...product.tags],
    ...(product.brand !== undefined && { brand: product.brand }),
    rating: product.rating,
    status: product.status,
    variants: product.variants.map(({ id, sku, name }) => ({ variantId: id, sku, name })),
    version: Number(product.version),
    createdAt: product.createdAt.toISOString(),
  };
}
