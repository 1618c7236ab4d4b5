import type { DomainEvent, OrderSnapshot } from '@vici/events';
import { deterministicId } from '@vici/utils';
import type { Announcement } from './announcement.js';
import { DECLINE_CAUSES, type OrderModel } from './mail-content.js';
import type { StorefrontLinks } from './storefront-links.js';

/** The order is paid and will be prepared. */
export function orderConfirmed(
  { id, data: { order } }: DomainEvent<'order.confirmed'>,
  links: StorefrontLinks,
): Announcement {
  const model = { ...orderModel(order, links), address: addressLines(order.shippingAddress) };
  return { ...aboutOrder(id, order, links), type: 'success', template: 'order-confirmed', model };
}

/** The order was not paid; nothing was charged. */
export function orderPaymentFailed(
  { id, data: { order, declineCode } }: DomainEvent<'order.payment_failed'>,
  links: StorefrontLinks,
): Announcement {
  const retryUrl = links.cart();
  const cause = DECLINE_CAUSES.find((known) => known === declineCode) ?? 'declined';
  const model = { ...orderModel(order, links), cause, retryUrl };
  const about = aboutOrder(id, order, links);
  return { ...about, link: retryUrl, type: 'error', template: 'order-payment-failed', model };
}

/** The order is on its way. */
export function orderShipped(
  { id, data: { order, tracking } }: DomainEvent<'order.shipped'>,
  links: StorefrontLinks,
): Announcement {
  const model = { ...orderModel(order, links), ...(tracking !== undefined && { tracking }) };
  return { ...aboutOrder(id, order, links), type: 'info', template: 'order-shipped', model };
}

/** The order has arrived. */
export function orderDelivered(
  { id, data: { order } }: DomainEvent<'order.delivered'>,
  links: StorefrontLinks,
): Announcement {
  const model = orderModel(order, links);
  return { ...aboutOrder(id, order, links), type: 'success', template: 'order-delivered', model };
}

/** The order has ended before shipment. */
export function orderCancelled(
  { id, data: { order, reason } }: DomainEvent<'order.cancelled'>,
  links: StorefrontLinks,
): Announcement {
  const model = { ...orderModel(order, links), reason };
  return { ...aboutOrder(id, order, links), type: 'warning', template: 'order-cancelled', model };
}

/** Money for the order went back. */
export function orderRefunded(
  { id, data: { order, refunded, reason } }: DomainEvent<'order.refunded'>,
  links: StorefrontLinks,
): Announcement {
  const model = { ...orderModel(order, links), refunded, reason };
  return { ...aboutOrder(id, order, links), type: 'info', template: 'order-refunded', model };
}

/**
 * What was decided on units that the shopper sends back; undefined for the steps nobody needs to be told of: the
 * shopper has asked for it, and of the money `order.refunded` tells.
 */
export function returnDecided(
  { id, data: { order, return: sentBack } }: DomainEvent<'order.return_updated'>,
  links: StorefrontLinks,
): Announcement | undefined {
  const { status, note } = sentBack;
  const model = { ...orderModel(order, links), ...(note !== '' && { note }) };
  switch (status) {
    case 'APPROVED':
      return { ...aboutOrder(id, order, links), type: 'success', template: 'return-approved', model };
    case 'REJECTED':
      return { ...aboutOrder(id, order, links), type: 'warning', template: 'return-rejected', model };
    case 'REQUESTED':
    case 'RECEIVED':
    case 'REFUNDED':
      return undefined;
  }
}

/** Asks what the shopper thinks of what has arrived: each product once, however many of it there were. */
export function reviewRequest(
  { id, data: { order } }: DomainEvent<'order.delivered'>,
  links: StorefrontLinks,
): Announcement {
  const names = new Map(order.items.map(({ productId, name }) => [productId, name]));
  const products = [...names].map(([productId, name]) => ({ name, reviewUrl: links.review(productId) }));
  const { number, shippingAddress } = order;
  return {
    ...aboutOrder(id, order, links),
    eventId: deterministicId('review-request', id),
    type: 'info',
    template: 'review-request',
    model: { firstName: shippingAddress.firstName, number, products },
  };
}

/** Who orders right after registering may do so before order-service has learnt the address: then it is empty. */
function aboutOrder(eventId: string, { userId, orderId, email }: OrderSnapshot, links: StorefrontLinks) {
  return { eventId, userId, recipient: email, link: links.order(orderId) };
}

function orderModel(order: OrderSnapshot, links: StorefrontLinks): OrderModel {
  const { number, subtotal, shipping, tax, discount, total } = order;
  return {
    firstName: order.shippingAddress.firstName,
    number,
    orderUrl: links.order(order.orderId),
    lines: order.items.map(({ name, sku, quantity, unitPrice, totalPrice }) => ({
      name,
      sku,
      quantity,
      unitPrice,
      totalPrice,
    })),
    subtotal,
    shipping,
    tax,
    ...(discount.amountMinor !== 0 && { discount }),
    total,
  };
}

function addressLines(address: OrderSnapshot['shippingAddress']): string[] {
  const { firstName, lastName, addressLine1, addressLine2, city, state, postalCode, country } = address;
  const town = [city, state, postalCode].filter((part) => part !== '').join(', ');
  return [`${firstName} ${lastName}`, addressLine1, addressLine2 ?? '', town, country].filter(
    (line) => line !== '',
  );
}
