import { type RawBuilder, sql } from 'kysely';

/**
 * Sets the stock of the products to the sum over their SKUs: those of the variants, or its own where there is none.
 * A sum over the levels is right in whatever order the levels of the SKUs arrive. The rows must be locked before:
 * a statement that waits for them would still add up what was there when it began.
 */
export function recomputeStock(ids: readonly string[]): RawBuilder<unknown> {
  return sql`
    update products p set stock = total.stock, backorderable = total.backorderable
    from (
      select own.id, coalesce(sum(greatest(s.available, 0)), 0)::int as stock,
        coalesce(sum(s.backorderable), 0)::int as backorderable
      from products own
      left join variants v on v.product_id = own.id and v.removed_at is null
      left join stock_levels s on s.sku = coalesce(v.sku, own.sku)
      where own.id = any(${[...ids]}::uuid[])
      group by own.id
    ) total
    where p.id = total.id and (p.stock, p.backorderable) <> (total.stock, total.backorderable)`;
}
