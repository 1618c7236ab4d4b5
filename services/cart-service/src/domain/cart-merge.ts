import { type CartMergePolicy, MAX_LINES, MAX_QUANTITY } from './cart.entity.js';

/**
 * Quantities of the same product are summed, up to its stock and the limits of a cart. What is sold out or no longer
 * sold stays in, to be seen. Lines from a reminder's link are the shopper's own already: they are not counted twice.
 */
export const sumQuantities: CartMergePolicy = {
  merge(own, brought, availableOf) {
    const lines = new Map(own.map((line) => [line.id, line]));
    for (const { restored, ...line } of brought) {
      const before = lines.get(line.id)?.quantity ?? 0;
      const wanted = restored === true ? Math.max(before, line.quantity) : before + line.quantity;
      const most = Math.min(MAX_QUANTITY, Math.max(1, availableOf(line) ?? MAX_QUANTITY));
      lines.set(line.id, { ...line, quantity: Math.min(wanted, most) });
    }
    return [...lines.values()].slice(0, MAX_LINES);
  },
};
