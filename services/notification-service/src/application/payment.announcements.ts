import type { DomainEvent } from '@vici/events';
import type { Announcement } from './announcement.js';
import type { StorefrontLinks } from './storefront-links.js';

/** Money came in and no order could be made of it: it went back. */
export function paymentReturned(
  { id, data: { userId, refunded, reason = '' } }: DomainEvent<'payment.refunded'>,
  links: StorefrontLinks,
): Announcement {
  const cartUrl = links.cart();
  return {
    eventId: id,
    userId,
    type: 'warning',
    link: cartUrl,
    recipient: '',
    template: 'payment-returned',
    model: { amount: refunded, reason, cartUrl },
  };
}
