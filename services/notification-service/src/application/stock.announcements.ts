import type { DomainEvent } from '@vici/events';
import { deterministicId } from '@vici/utils';
import type { Announcement } from './announcement.js';
import type { WatchedProduct } from './stock-watch.repository.js';
import type { StorefrontLinks } from './storefront-links.js';

/** Tells somebody of the staff that a SKU is running out. */
export function stockLow(
  { id, data: { sku, available, threshold } }: DomainEvent<'stock.low'>,
  userId: string,
  links: StorefrontLinks,
): Announcement {
  const stockUrl = links.stock(sku);
  return {
    // One event tells several people.
    eventId: deterministicId('stock-low', id, userId),
    userId,
    type: 'warning',
    link: stockUrl,
    recipient: '',
    template: 'stock-low',
    model: { sku, available, threshold, stockUrl },
  };
}

/** Tells a shopper who waits for a product that it can be bought again. */
export function backInStock(
  { id }: DomainEvent<'stock.replenished'>,
  { name, slug }: WatchedProduct,
  userId: string,
  links: StorefrontLinks,
): Announcement {
  const productUrl = links.product(slug);
  return {
    eventId: deterministicId('back-in-stock', id, userId),
    userId,
    type: 'info',
    link: productUrl,
    recipient: '',
    template: 'back-in-stock',
    model: { name, productUrl },
  };
}
