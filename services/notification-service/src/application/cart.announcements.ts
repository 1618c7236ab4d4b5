import type { DomainEvent } from '@vici/events';
import { priceText } from '../domain/price-text.js';
import type { Announcement } from './notify-shopper.use-case.js';
import type { StorefrontLinks } from './storefront-links.js';

/** Reminds a shopper of a cart left behind. The inbox tells of it without the link: that is for whoever reads the mail. */
export function cartAbandoned(
  { id, data: { userId, subtotal, items, restoreToken } }: DomainEvent<'cart.abandoned'>,
  links: StorefrontLinks,
): Announcement {
  const lines = items.map(({ name, quantity }) => ({ name, quantity }));
  const model = { lines, subtotal: priceText(subtotal), restoreUrl: links.restoreCart(restoreToken) };
  return {
    eventId: id,
    userId,
    inbox: {
      type: 'info',
      title: 'Your cart is waiting for you',
      message: 'What you have chosen is still in your cart.',
      link: links.cart(),
    },
    mail: { recipient: '', template: 'cart-abandoned', model },
  };
}
