import { type Order, type OrderRefund, RefundStatus } from '@vici/proto-gen/order';
import { z } from 'zod';
import { orderShape, toOrder } from '../orders/order.shapes.js';
import { toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';
import type { CsvColumn } from '../streaming/csv-export.js';

/** An order as the shop's staff see it. */
export const staffOrderShape = orderShape
  .extend({ email: z.string().optional().describe('Where confirmations are sent.') })
  .meta({ id: 'StaffOrder' });

export function toStaffOrder(order: Order): z.output<typeof staffOrderShape> {
  return { ...toOrder(order), email: order.email };
}

const REFUND_STATUSES = ['PENDING', 'SUCCEEDED', 'FAILED'] as const;

export const refundShape = z
  .object({
    id: z.uuid(),
    amount,
    currency: z.string(),
    reason: z.string(),
    status: z.enum(REFUND_STATUSES),
    restock: z.array(z.object({ orderItemId: z.uuid(), quantity: z.int() })),
    returnId: z.uuid().optional(),
    createdAt: instant,
  })
  .meta({ id: 'Refund' });

export function toRefund(refund: OrderRefund): z.output<typeof refundShape> {
  const { id, reason, restock, returnId } = refund;
  const status = REFUND_STATUSES.find((candidate) => RefundStatus[candidate] === refund.status);
  if (status === undefined) {
    throw new Error('A status is missing from an answer');
  }
  return {
    id,
    amount: toDecimal(refund.amount),
    currency: refund.amount?.currency ?? '',
    reason,
    status,
    restock,
    returnId,
    createdAt: toInstant(refund.createdAt),
  };
}

type StaffOrder = z.output<typeof staffOrderShape>;

/** An order as a row of an export. */
export const ORDER_COLUMNS: readonly CsvColumn<StaffOrder>[] = [
  { header: 'number', value: (order) => order.number },
  { header: 'id', value: (order) => order.id },
  { header: 'placed at', value: (order) => order.createdAt },
  { header: 'status', value: (order) => order.status },
  { header: 'user id', value: (order) => order.userId },
  { header: 'email', value: (order) => order.email },
  { header: 'country', value: (order) => order.shippingAddress.country },
  { header: 'units', value: ({ items }) => items.reduce((sum, { quantity }) => sum + quantity, 0) },
  { header: 'subtotal', value: (order) => order.subtotal },
  { header: 'discount', value: (order) => order.discount },
  { header: 'shipping', value: (order) => order.shipping },
  { header: 'tax', value: (order) => order.tax },
  { header: 'total', value: (order) => order.total },
  { header: 'refunded', value: (order) => order.refunded },
  { header: 'currency', value: (order) => order.currency },
  { header: 'coupon', value: (order) => order.couponCode },
  { header: 'shipping method', value: (order) => order.shippingMethod },
  { header: 'tracking number', value: ({ tracking }) => tracking?.trackingNumber },
];
