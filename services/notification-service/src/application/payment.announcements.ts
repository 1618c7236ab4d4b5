import type { DomainEvent } from '@vici/events';
import { priceText } from '../domain/price-text.js';
import type { Announcement } from './notify-shopper.use-case.js';
import type { StorefrontLinks } from './storefront-links.js';

/** Money came in and no order could be made of it: it went back. */
export function paymentReturned(
  { id, data: { userId, refunded, reason = '' } }: DomainEvent<'payment.refunded'>,
  links: StorefrontLinks,
): Announcement {
  const amount = priceText(refunded);
  const cartUrl = links.cart();
  return {
    eventId: id,
    userId,
    inbox: {
      type: 'warning',
      title: `Your payment of ${amount} was given back`,
      message: reason,
      link: cartUrl,
    },
    mail: { recipient: '', template: 'payment-returned', model: { amount, reason, cartUrl } },
  };
}
