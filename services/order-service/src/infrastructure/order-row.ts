import { Money, parseId } from '@vici/utils/domain';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { Order, type Tracking } from '../domain/order.entity.js';
import type { OrderContent, OrderLine } from '../domain/order-content.js';
import { ORDER_STATUSES } from '../domain/order-status.js';
import { addressSchema } from './address.schema.js';
import type { OrderItemsTable, OrdersTable } from './order.tables.js';
import { fromReductions, reductionsSchema, toReductions } from './reduction.schema.js';

/** A status as a column holds it. */
export const statusSchema = z.enum(ORDER_STATUSES);

const trackingSchema = z.object({
  trackingNumber: z.string(),
  carrier: z.string(),
  url: z.string(),
  shippedAt: z.coerce.date().optional(),
  estimatedDelivery: z.coerce.date().optional(),
});

/** An order from its rows; the items in the order of their position. */
export function toOrder(row: Selectable<OrdersTable>, items: readonly Selectable<OrderItemsTable>[]): Order {
  const tracking = row.tracking === null ? undefined : toTracking(row.tracking);
  return Order.restore({
    id: parseId(row.id, 'id'),
    number: row.number,
    userId: row.user_id,
    status: statusSchema.parse(row.status),
    content: toContent(row, items),
    paymentId: row.payment_id,
    ...(tracking === undefined ? {} : { tracking }),
    refunded: Money.of(row.refunded, row.currency),
    version: row.version,
    placedAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

function toTracking(value: unknown): Tracking {
  const { shippedAt, estimatedDelivery, ...tracking } = trackingSchema.parse(value);
  return {
    ...tracking,
    ...(shippedAt === undefined ? {} : { shippedAt }),
    ...(estimatedDelivery === undefined ? {} : { estimatedDelivery }),
  };
}

function toContent(
  row: Selectable<OrdersTable>,
  items: readonly Selectable<OrderItemsTable>[],
): OrderContent {
  const money = (minor: bigint): Money => Money.of(minor, row.currency);
  return {
    lines: items.map((item) => toLine(item, money)),
    subtotal: money(row.subtotal),
    shipping: money(row.shipping),
    shippingMethod: row.shipping_method,
    tax: money(row.tax),
    taxIncluded: row.tax_included,
    discount: money(row.discount),
    total: money(row.total),
    shippingAddress: addressSchema.parse(row.shipping_address),
    ...(row.billing_address === null ? {} : { billingAddress: addressSchema.parse(row.billing_address) }),
    ...(row.coupon_code === null ? {} : { couponCode: row.coupon_code }),
    email: row.email,
    paymentMethod: row.payment_method,
    ...(row.shopper_session_id === null ? {} : { shopperSessionId: row.shopper_session_id }),
  };
}

function toLine(item: Selectable<OrderItemsTable>, money: (minor: bigint) => Money): OrderLine {
  return {
    id: parseId(item.id, 'id'),
    productId: item.product_id,
    ...(item.variant_id === null ? {} : { variantId: item.variant_id }),
    sku: item.sku,
    name: item.name,
    image: item.image,
    ...(item.category_id === null ? {} : { categoryId: item.category_id }),
    ...(item.category_name === null ? {} : { categoryName: item.category_name }),
    quantity: item.quantity,
    backordered: item.backordered,
    unitPrice: money(item.unit_price),
    totalPrice: money(item.total_price),
    discount: money(item.discount),
    reductions: toReductions(reductionsSchema.parse(item.reductions), money),
    tax: money(item.tax),
  };
}

/** The lines as one JSON array, for `jsonb_to_recordset`: amounts as digits, which no JSON reader rounds. */
export function toItemsJson(content: OrderContent): Record<string, unknown>[] {
  return content.lines.map((line, position) => ({
    id: line.id,
    position,
    product_id: line.productId,
    variant_id: line.variantId,
    sku: line.sku,
    name: line.name,
    image: line.image,
    category_id: line.categoryId,
    category_name: line.categoryName,
    quantity: line.quantity,
    backordered: line.backordered,
    unit_price: line.unitPrice.minor.toString(),
    total_price: line.totalPrice.minor.toString(),
    discount: line.discount.minor.toString(),
    tax: line.tax.minor.toString(),
    reductions: fromReductions(line.reductions),
  }));
}
