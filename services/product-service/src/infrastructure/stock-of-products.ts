import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';

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
      left join lateral (
        select sku from variants where product_id = own.id and removed_at is null offset 0
      ) v on true
      left join lateral (
        select available, backorderable from stock_levels where sku = coalesce(v.sku, own.sku) limit 1
      ) s on true
      -- As a subselect, so that the plan does not depend on how many there are: one that does is made for every call.
      where own.id = any((select ${[...ids]}::uuid[])::uuid[])
      group by own.id
    ) total
    where p.id = total.id and (p.stock, p.backorderable) <> (total.stock, total.backorderable)`;
}
