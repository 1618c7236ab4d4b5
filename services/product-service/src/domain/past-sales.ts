import { invalidField, parseId } from '@vici/utils/domain';

const MAX_PRODUCTS = 5000;
const MAX_UNITS = 1_000_000_000;
const MAX_ORIGIN = 100;

/** Units sold by product id, and where. */
export interface PastSales {
  readonly origin: string;
  readonly units: ReadonlyMap<string, number>;
}

/**
 * Checks sales from before Vici; entries of one product count together.
 * @throws DomainError VALIDATION_FAILED naming the field
 */
export function checkedPastSales(
  origin: string,
  sales: readonly { readonly productId: string; readonly units: number }[],
): PastSales {
  if (origin === '' || origin.length > MAX_ORIGIN) {
    throw invalidField('origin', `must have 1 to ${MAX_ORIGIN} characters`);
  }
  if (sales.length > MAX_PRODUCTS) throw invalidField('sales', `must have at most ${MAX_PRODUCTS} entries`);
  const units = new Map<string, number>();
  for (const [index, sale] of sales.entries()) {
    const productId = parseId<'Product'>(sale.productId, `sales[${index}].productId`);
    const total = (units.get(productId) ?? 0) + sale.units;
    if (!Number.isInteger(sale.units) || sale.units < 1 || total > MAX_UNITS) {
      throw invalidField(`sales[${index}].units`, `must be a whole number from 1 to ${MAX_UNITS}`);
    }
    units.set(productId, total);
  }
  return { origin, units };
}
