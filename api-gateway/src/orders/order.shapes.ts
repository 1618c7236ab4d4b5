import {
  type Order,
  type OrderAddress,
  type OrderHistoryEntry,
  type OrderItem,
  OrderStatus,
  type Return,
  ReturnStatus,
  type Tracking,
} from '@vici/proto-gen/order';
import { z } from 'zod';
import { toDecimal } from '../rest/money.js';
import { adjustmentShape, toAdjustment } from '../rest/price-adjustment.js';
import { amount, instant, toInstant } from '../rest/shapes.js';

export const ORDER_STATUSES = [
  'PENDING',
  'PROCESSING',
  'PAYMENT_PENDING',
  'PAYMENT_FAILED',
  'CONFIRMED',
  'PREPARING',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
  'REFUNDED',
] as const;

/** The life of a return, in its order. */
export const RETURN_STATUSES = ['REQUESTED', 'APPROVED', 'REJECTED', 'RECEIVED', 'REFUNDED'] as const;

const statusShape = z.enum(ORDER_STATUSES).meta({ id: 'OrderStatus' });
type Status = z.output<typeof statusShape>;

const orderItemShape = z
  .object({
    id: z.uuid(),
    productId: z.uuid(),
    variantId: z.uuid().optional(),
    name: z.string(),
    image: z.string(),
    sku: z.string(),
    quantity: z.int(),
    backordered: z.int().describe('Those of the units that were not in stock when the order was placed.'),
    unitPrice: amount,
    totalPrice: amount,
    discount: amount.describe('Share of the discount of the order.'),
    reductions: z
      .array(adjustmentShape)
      .describe('What the discount is made of; empty on lines sold before this was noted.'),
    tax: amount,
  })
  .meta({ id: 'OrderItem' });

const orderAddressShape = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    firstName: z.string(),
    lastName: z.string(),
    addressLine1: z.string(),
    addressLine2: z.string().optional(),
    city: z.string(),
    state: z.string(),
    postalCode: z.string(),
    country: z.string(),
    phone: z.string(),
    isDefault: z.boolean().describe('Always false: an address on an order is a copy.'),
  })
  .meta({ id: 'OrderAddress' });

const trackingShape = z
  .object({
    trackingNumber: z.string(),
    carrier: z.string(),
    url: z.string(),
    shippedAt: instant.optional(),
    estimatedDelivery: instant.optional(),
  })
  .meta({ id: 'Tracking' });

export const orderShape = z
  .object({
    id: z.uuid(),
    number: z.string(),
    userId: z.uuid(),
    items: z.array(orderItemShape),
    subtotal: amount,
    shipping: amount,
    tax: amount,
    taxIncluded: z.boolean().describe('The tax is part of the prices, not added to the total.'),
    shippingMethod: z.string(),
    discount: amount,
    total: amount,
    refunded: amount.describe('What has been given back.'),
    currency: z.string(),
    status: statusShape,
    shippingAddress: orderAddressShape,
    billingAddress: orderAddressShape.optional(),
    paymentMethod: z.string(),
    paymentId: z.string().optional(),
    couponCode: z.string().optional(),
    tracking: trackingShape.optional(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Order' });

export const orderChangeShape = z
  .object({
    orderId: z.uuid(),
    status: statusShape,
    at: instant,
    tracking: trackingShape.optional(),
  })
  .meta({ id: 'OrderChange' });

const returnStatusShape = z.enum(RETURN_STATUSES).meta({ id: 'ReturnStatus' });

const itemQuantityShape = z.object({ orderItemId: z.uuid(), quantity: z.int() });

export const returnShape = z
  .object({
    id: z.uuid(),
    orderId: z.uuid(),
    orderNumber: z.string(),
    userId: z.uuid(),
    status: returnStatusShape,
    reason: z.string(),
    note: z.string().describe('What the shop last said of it.'),
    lines: z.array(itemQuantityShape),
    value: amount.describe('What was paid for the units.'),
    refunded: amount.optional(),
    currency: z.string(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Return' });

export const orderHistoryShape = z
  .object({ status: statusShape, note: z.string(), timestamp: instant, updatedBy: z.string() })
  .meta({ id: 'OrderHistoryEntry' });

const STATUS_OF: Readonly<Record<Exclude<OrderStatus, OrderStatus.UNSPECIFIED>, Status>> = {
  [OrderStatus.PENDING]: 'PENDING',
  [OrderStatus.PROCESSING]: 'PROCESSING',
  [OrderStatus.PAYMENT_PENDING]: 'PAYMENT_PENDING',
  [OrderStatus.PAYMENT_FAILED]: 'PAYMENT_FAILED',
  [OrderStatus.CONFIRMED]: 'CONFIRMED',
  [OrderStatus.PREPARING]: 'PREPARING',
  [OrderStatus.SHIPPED]: 'SHIPPED',
  [OrderStatus.DELIVERED]: 'DELIVERED',
  [OrderStatus.CANCELLED]: 'CANCELLED',
  [OrderStatus.REFUNDED]: 'REFUNDED',
};

/** The contract's status from REST's. */
export function fromStatus(status: Status | undefined): OrderStatus {
  return status === undefined ? OrderStatus.UNSPECIFIED : OrderStatus[status];
}

/** @throws Error when an upstream left the status out, which its contract forbids */
function toStatus(status: OrderStatus): Status {
  if (status === OrderStatus.UNSPECIFIED) {
    throw new Error('A status is missing from an answer');
  }
  return STATUS_OF[status];
}

export function toOrder(order: Order): z.output<typeof orderShape> {
  const { userId, billingAddress, tracking } = order;
  return {
    id: order.id,
    number: order.number,
    userId,
    items: order.items.map(toOrderItem),
    subtotal: toDecimal(order.subtotal),
    shipping: toDecimal(order.shipping),
    tax: toDecimal(order.tax),
    taxIncluded: order.taxIncluded,
    shippingMethod: order.shippingMethod,
    discount: toDecimal(order.discount),
    total: toDecimal(order.total),
    refunded: toDecimal(order.refunded),
    currency: order.total?.currency ?? '',
    status: toStatus(order.status),
    shippingAddress: toOrderAddress(order.shippingAddress, userId),
    billingAddress: billingAddress === undefined ? undefined : toOrderAddress(billingAddress, userId),
    paymentMethod: order.paymentMethod,
    paymentId: order.paymentId,
    couponCode: order.couponCode,
    tracking: tracking === undefined ? undefined : toTracking(tracking),
    createdAt: toInstant(order.createdAt),
    updatedAt: toInstant(order.updatedAt),
  };
}

function toOrderItem(item: OrderItem): z.output<typeof orderItemShape> {
  const { id, productId, variantId, name, image, sku, quantity, backordered } = item;
  return {
    id,
    productId,
    variantId,
    name,
    image,
    sku,
    quantity,
    backordered,
    unitPrice: toDecimal(item.unitPrice),
    totalPrice: toDecimal(item.totalPrice),
    discount: toDecimal(item.discount),
    reductions: item.reductions.map(toAdjustment),
    tax: toDecimal(item.tax),
  };
}

function toOrderAddress(
  address: OrderAddress | undefined,
  userId: string,
): z.output<typeof orderAddressShape> {
  if (address?.postal === undefined) {
    throw new Error('An address is missing from an answer');
  }
  return { id: address.id, userId, ...address.postal, isDefault: false };
}

function toTracking({ shippedAt, estimatedDelivery, ...parcel }: Tracking): z.output<typeof trackingShape> {
  return {
    ...parcel,
    shippedAt: shippedAt?.toISOString(),
    estimatedDelivery: estimatedDelivery?.toISOString(),
  };
}

export function toHistoryEntry(entry: OrderHistoryEntry): z.output<typeof orderHistoryShape> {
  const { note, updatedBy } = entry;
  return { status: toStatus(entry.status), note, timestamp: toInstant(entry.timestamp), updatedBy };
}

const RETURN_STATUS_OF: ReadonlyMap<ReturnStatus, (typeof RETURN_STATUSES)[number]> = new Map(
  RETURN_STATUSES.map((status) => [ReturnStatus[status], status]),
);

export function toReturn(asked: Return): z.output<typeof returnShape> {
  const { id, orderId, orderNumber, userId, reason, note, lines, value } = asked;
  const status = RETURN_STATUS_OF.get(asked.status);
  if (status === undefined) {
    throw new Error('A status is missing from an answer');
  }
  return {
    id,
    orderId,
    orderNumber,
    userId,
    status,
    reason,
    note,
    lines,
    value: toDecimal(value),
    refunded: asked.refunded === undefined ? undefined : toDecimal(asked.refunded),
    currency: value?.currency ?? '',
    createdAt: toInstant(asked.createdAt),
    updatedAt: toInstant(asked.updatedAt),
  };
}

/** What a stream of an order begins with. */
export function toOrderChange(order: Order): z.output<typeof orderChangeShape> {
  const { id, status, tracking, updatedAt } = order;
  return {
    orderId: id,
    status: toStatus(status),
    at: toInstant(updatedAt),
    ...(tracking !== undefined && { tracking: toTracking(tracking) }),
  };
}
