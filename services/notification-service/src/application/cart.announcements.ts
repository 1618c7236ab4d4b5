import type { DomainEvent } from '@vici/events';
import type { Announcement } from './announcement.js';
import type { StorefrontLinks } from './storefront-links.js';

/** Reminds a shopper of a cart left behind. The inbox tells of it without the link: that is for whoever reads the mail. */
export function cartAbandoned(
  { id, data: { userId, subtotal, items, restoreToken } }: DomainEvent<'cart.abandoned'>,
  links: StorefrontLinks,
): Announcement {
  const lines = items.map(({ name, quantity }) => ({ name, quantity }));
  return {
    eventId: id,
    userId,
    type: 'info',
    link: links.cart(),
    recipient: '',
    template: 'cart-abandoned',
    model: { lines, subtotal, restoreUrl: links.restoreCart(restoreToken) },
  };
}
