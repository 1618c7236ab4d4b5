import type { DomainEvent, OrderSnapshot } from '@vici/events';
import { priceText } from '../domain/price-text.js';
import type { MailContent, OrderModel } from './mail-content.js';
import type { Announcement } from './notify-shopper.use-case.js';
import type { StorefrontLinks } from './storefront-links.js';

/** What a shopper can do about a decline; any other code is told without its cause. */
const DECLINES: Readonly<Record<string, string>> = {
  insufficient_funds: 'The card has insufficient funds.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code of the card is incorrect.',
};
const UNKNOWN_DECLINE = 'The payment was declined.';

/** The order is paid and will be prepared. */
export function orderConfirmed(
  { id, data: { order } }: DomainEvent<'order.confirmed'>,
  links: StorefrontLinks,
): Announcement {
  return {
    eventId: id,
    userId: order.userId,
    inbox: {
      type: 'success',
      title: `Order ${order.number} confirmed`,
      message: `Thank you! We are preparing your order over ${priceText(order.total)}.`,
      link: links.order(order.orderId),
    },
    ...mailTo(order, {
      template: 'order-confirmed',
      model: { ...orderModel(order, links), address: addressLines(order.shippingAddress) },
    }),
  };
}

/** The order was not paid; nothing was charged. */
export function orderPaymentFailed(
  { id, data: { order, declineCode } }: DomainEvent<'order.payment_failed'>,
  links: StorefrontLinks,
): Announcement {
  const cause = (declineCode !== undefined && DECLINES[declineCode]) || UNKNOWN_DECLINE;
  return {
    eventId: id,
    userId: order.userId,
    inbox: {
      type: 'error',
      title: `Payment for order ${order.number} failed`,
      message: `${cause} Nothing was charged, and your cart is kept.`,
      link: links.cart(),
    },
    ...mailTo(order, {
      template: 'order-payment-failed',
      model: { ...orderModel(order, links), cause, retryUrl: links.cart() },
    }),
  };
}

/** The order has ended before shipment. */
export function orderCancelled(
  { id, data: { order, reason } }: DomainEvent<'order.cancelled'>,
  links: StorefrontLinks,
): Announcement {
  return {
    eventId: id,
    userId: order.userId,
    inbox: {
      type: 'warning',
      title: `Order ${order.number} cancelled`,
      message: `Reason: ${reason}`,
      link: links.order(order.orderId),
    },
    ...mailTo(order, { template: 'order-cancelled', model: { ...orderModel(order, links), reason } }),
  };
}

/** Who orders right after registering may do so before order-service has learnt the address: then it is empty. */
function mailTo(order: OrderSnapshot, content: MailContent): Pick<Announcement, 'mail'> {
  return { mail: { recipient: order.email, ...content } };
}

function orderModel(order: OrderSnapshot, links: StorefrontLinks): OrderModel {
  return {
    firstName: order.shippingAddress.firstName,
    number: order.number,
    orderUrl: links.order(order.orderId),
    lines: order.items.map(({ name, sku, quantity, unitPrice, totalPrice }) => ({
      name,
      sku,
      quantity,
      unitPrice: priceText(unitPrice),
      totalPrice: priceText(totalPrice),
    })),
    subtotal: priceText(order.subtotal),
    shipping: priceText(order.shipping),
    tax: priceText(order.tax),
    ...(order.discount.amountMinor !== 0 && { discount: priceText(order.discount) }),
    total: priceText(order.total),
  };
}

function addressLines(address: OrderSnapshot['shippingAddress']): string[] {
  const { firstName, lastName, addressLine1, addressLine2, city, state, postalCode, country } = address;
  const town = [city, state, postalCode].filter((part) => part !== '').join(', ');
  return [`${firstName} ${lastName}`, addressLine1, addressLine2 ?? '', town, country].filter(
    (line) => line !== '',
  );
}
