import type { AllocatedLine, Demand, StockItem } from './stock-item.js';

/** Decides which warehouses an order's units come from. */
export abstract class AllocationPolicy {
  /**
   * Spreads the demand over the warehouses. One line a SKU comes in, and together the items hold enough of each;
   * what goes out sums to the demand and takes from no item more than it has available.
   */
  abstract allocate(
    demand: readonly Demand[],
    itemsOf: (sku: string) => readonly StockItem[],
  ): AllocatedLine[];
}

/**
 * One parcel where possible: a warehouse that holds the whole order, else for each SKU one that holds the whole line,
 * else the fewest warehouses, those with the most units first. Ties go to the lower warehouse id.
 */
export class FewestParcelsPolicy extends AllocationPolicy {
  allocate(demand: readonly Demand[], itemsOf: (sku: string) => readonly StockItem[]): AllocatedLine[] {
    const single = warehouseWithAll(demand, itemsOf);
    if (single !== undefined) return demand.map((line) => ({ ...line, warehouseId: single }));
    return demand.flatMap((line) => spread(line, itemsOf(line.sku)));
  }
}

function availableIn(item: StockItem): number {
  return item.onHand - item.reserved;
}

function warehouseWithAll(
  demand: readonly Demand[],
  itemsOf: (sku: string) => readonly StockItem[],
): string | undefined {
  const [first, ...others] = demand;
  if (first === undefined) return undefined;
  const holding = ({ sku, quantity }: Demand) =>
    itemsOf(sku)
      .filter((item) => availableIn(item) >= quantity)
      .map((item) => item.warehouseId);
  const inAll = others.reduce((candidates, line) => {
    const here = new Set(holding(line));
    return candidates.filter((id) => here.has(id));
  }, holding(first));
  return inAll.sort().at(0);
}

function spread({ sku, quantity }: Demand, items: readonly StockItem[]): AllocatedLine[] {
  const fullest = [...items].sort(
    (a, b) => availableIn(b) - availableIn(a) || (a.warehouseId < b.warehouseId ? -1 : 1),
  );
  const lines: AllocatedLine[] = [];
  let left = quantity;
  for (const item of fullest) {
    const taken = Math.min(left, availableIn(item));
    if (taken <= 0) break;
    lines.push({ sku, warehouseId: item.warehouseId, quantity: taken });
    left -= taken;
  }
  if (left > 0) throw new Error(`SKU ${sku} is short of ${left} units`);
  return lines;
}
