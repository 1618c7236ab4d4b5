import { createEvent, type DomainEvent, type EventData, type OrderSnapshot } from '@vici/events';
import type { Money } from '@vici/utils/domain';
import type { FulfilmentStatus, Order, Tracking } from '../domain/order.entity.js';
import type { OrderLine } from '../domain/order-content.js';
import type { Return } from '../domain/return.entity.js';

type PlainOrderEvent = 'order.created' | 'order.confirmed';

/** An event that says nothing but the order itself, as of its last change. */
export function orderEvent(type: PlainOrderEvent, order: Order): DomainEvent {
  return createEvent(type, { subject: order.state.id, data: base(order), time: order.state.updatedAt });
}

/** The payment of the order was declined. */
export function paymentFailedEvent(order: Order, declineCode: string | undefined): DomainEvent {
  return createEvent('order.payment_failed', {
    subject: order.state.id,
    data: { ...base(order), ...(declineCode === undefined ? {} : { declineCode }) },
    time: order.state.updatedAt,
  });
}

/** The order has ended before shipment. */
export function cancelledEvent(order: Order, reason: string): DomainEvent {
  return createEvent('order.cancelled', {
    subject: order.state.id,
    data: { ...base(order), reason },
    time: order.state.updatedAt,
  });
}

/** Money of the order has gone back. */
export function refundedEvent(order: Order, refunded: Money, reason: string): DomainEvent {
  return createEvent('order.refunded', {
    subject: order.state.id,
    data: { ...base(order), refunded: wire(refunded), reason },
    time: order.state.updatedAt,
  });
}

/** A return of the order was asked for, or has got a step further. */
export function returnUpdatedEvent(order: Order, { state }: Return): DomainEvent {
  const { id: returnId, status, note, lines, value, refunded, updatedAt } = state;
  return createEvent('order.return_updated', {
    subject: order.state.id,
    data: {
      order: orderSnapshot(order),
      occurredAt: updatedAt.toISOString(),
      return: {
        returnId,
        status,
        note,
        lines: lines.map(({ orderItemId, quantity }) => ({ orderItemId, quantity })),
        value: wire(value),
        ...(refunded === undefined ? {} : { refunded: wire(refunded) }),
      },
    },
    time: updatedAt,
  });
}

/** The order has come a step nearer to the shopper. */
export function fulfilmentEvent(status: FulfilmentStatus, order: Order): DomainEvent {
  const { id: subject, tracking, updatedAt: time } = order.state;
  switch (status) {
    case 'PREPARING':
      return createEvent('order.preparing', { subject, data: base(order), time });
    case 'SHIPPED':
      return createEvent('order.shipped', {
        subject,
        data: { ...base(order), ...(tracking === undefined ? {} : { tracking: toTracking(tracking) }) },
        time,
      });
    case 'DELIVERED':
      return createEvent('order.delivered', { subject, data: base(order), time });
  }
}

function toTracking({ trackingNumber, carrier, url }: Tracking): EventData<'order.shipped'>['tracking'] {
  return { trackingNumber, carrier, url };
}

function base(order: Order): EventData<PlainOrderEvent> {
  return { order: orderSnapshot(order), occurredAt: order.state.updatedAt.toISOString() };
}

/** The whole order as its events carry it. */
export function orderSnapshot(order: Order): OrderSnapshot {
  const { state } = order;
  const { content } = state;
  return {
    orderId: state.id,
    number: state.number,
    userId: state.userId,
    ...(content.shopperSessionId === undefined ? {} : { shopperSessionId: content.shopperSessionId }),
    email: content.email,
    status: state.status,
    items: content.lines.map(toItem),
    subtotal: wire(content.subtotal),
    shipping: wire(content.shipping),
    tax: wire(content.tax),
    discount: wire(content.discount),
    total: wire(content.total),
    ...(content.couponCode === undefined ? {} : { couponCode: content.couponCode }),
    shippingAddress: content.shippingAddress.postal,
    paymentId: state.paymentId,
    placedAt: state.placedAt.toISOString(),
  };
}

function toItem({
  id,
  unitPrice,
  totalPrice,
  discount: _discount,
  reductions: _reductions,
  backordered: _backordered,
  tax: _tax,
  ...line
}: OrderLine): OrderSnapshot['items'][number] {
  return { ...line, orderItemId: id, unitPrice: wire(unitPrice), totalPrice: wire(totalPrice) };
}

function wire(money: Money): { amountMinor: number; currency: string } {
  return { amountMinor: Number(money.minor), currency: money.currency };
}
