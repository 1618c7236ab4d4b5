import { DomainError, invalidField, type Money } from '@vici/utils/domain';
import type { OrderContent, OrderLine } from './order-content.js';

/** So many units of one line of an order. */
export interface ItemQuantity {
  readonly orderItemId: string;
  readonly quantity: number;
}

/** Units by line. */
export type ItemQuantities = ReadonlyMap<string, number>;

/** All quantities of the lists by line. */
export function sumQuantities(...lists: readonly (readonly ItemQuantity[])[]): ItemQuantities {
  const sums = new Map<string, number>();
  for (const { orderItemId, quantity } of lists.flat()) {
    sums.set(orderItemId, (sums.get(orderItemId) ?? 0) + quantity);
  }
  return sums;
}

/**
 * Checks that the units are of the order and were not taken back before.
 * @param gone units that have come back already, or are on their way
 * @throws DomainError VALIDATION_FAILED naming `field`, LIMIT_EXCEEDED with each such line in `details.lines`
 */
export function requireAvailable(
  content: OrderContent,
  wanted: readonly ItemQuantity[],
  gone: ItemQuantities,
  field: string,
): void {
  const bought = new Map<string, OrderLine>(content.lines.map((line) => [line.id, line]));
  const over = [...sumQuantities(wanted)].flatMap(([orderItemId, requested]) => {
    const line = bought.get(orderItemId);
    if (line === undefined) {
      throw invalidField(field, `must hold lines of the order; ${orderItemId} is none`);
    }
    const left = line.quantity - (gone.get(orderItemId) ?? 0);
    return requested > left ? [{ orderItemId, requested, left }] : [];
  });
  if (over.length > 0) {
    throw new DomainError('LIMIT_EXCEEDED', 'More units would come back than were bought and not returned.', {
      lines: over,
    });
  }
}

/**
 * What was paid for the units: their share of the discount taken off, tax that was added included. However the units
 * of a line come back, one by one or together, their values sum to what the line cost.
 */
export function paidFor(content: OrderContent, units: readonly ItemQuantity[], gone: ItemQuantities): Money {
  const quantities = sumQuantities(units);
  const parts = content.lines.map((line) => {
    const before = gone.get(line.id) ?? 0;
    return paidUpTo(content, line, before + (quantities.get(line.id) ?? 0)).subtract(
      paidUpTo(content, line, before),
    );
  });
  return parts.reduce((sum, part) => sum.add(part), content.total.subtract(content.total));
}

function paidUpTo(content: OrderContent, line: OrderLine, units: number): Money {
  const goods = line.totalPrice.subtract(line.discount);
  const paid = content.taxIncluded ? goods : goods.add(line.tax);
  const [part = paid] = paid.allocate([BigInt(units), BigInt(line.quantity - units)]);
  return part;
}
