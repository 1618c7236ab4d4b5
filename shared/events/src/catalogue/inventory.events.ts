import { z } from 'zod';
import { defineEvent, id, instant } from './event-definition.js';

/** Stock of one SKU over all warehouses, in units, as of `version` (grows with every change of the SKU). */
const stockLevel = z.object({
  sku: z.string(),
  productId: id,
  variantId: id.optional(),
  onHand: z.int(),
  reserved: z.int(),
  available: z.int(),
  /** Units that may be ordered now, more than are available where the SKU may be backordered; missing: as available. */
  orderable: z.int().optional(),
  /** Available units of the product over all its SKUs. */
  productAvailable: z.int(),
  version: z.int(),
});

const inventory = <const Type extends string, Schema extends z.ZodType>(type: Type, schema: Schema) =>
  defineEvent({ type, topics: ['inventory-events'], source: 'inventory-service', version: 1, schema });

export const inventoryEvents = {
  'stock.changed': inventory('stock.changed', stockLevel.extend({ reason: z.string() })),
  'stock.low': inventory('stock.low', stockLevel.extend({ threshold: z.int() })),
  'stock.depleted': inventory('stock.depleted', stockLevel),
  'stock.replenished': inventory('stock.replenished', stockLevel),
  'reservation.expired': inventory(
    'reservation.expired',
    z.object({ reservationId: id, orderId: id, expiredAt: instant }),
  ),
};
