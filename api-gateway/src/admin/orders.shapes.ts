import type { Order } from '@vici/proto-gen/order';
import { z } from 'zod';
import { orderShape, toOrder } from '../orders/order.shapes.js';

/** An order as the shop's staff see it. */
export const staffOrderShape = orderShape
  .extend({ email: z.string().optional().describe('Where confirmations are sent.') })
  .meta({ id: 'StaffOrder' });

export function toStaffOrder(order: Order): z.output<typeof staffOrderShape> {
  return { ...toOrder(order), email: order.email };
}
