import { Database } from '@vici/database';
import {
  InventoryServiceDefinition,
  type ReservationLine,
  type StockChange,
  StockOperation,
} from '@vici/proto-gen/inventory';
import { asCaller, type TestService } from '@vici/testing';
import { newId } from '@vici/utils';
import type { InventoryTables } from '../infrastructure/inventory.tables.js';

/** A line of an order as tests write it. */
export type Line = Pick<ReservationLine, 'sku' | 'quantity'>;

/** The API of an inventory-service under test, called as order-service calls it. */
export function inventoryOf(service: TestService) {
  const api = () => service.client(InventoryServiceDefinition);
  const asSystem = <T>(work: () => Promise<T>) =>
    asCaller({ role: 'system', service: 'order-service' }, work);
  const slow = { timeoutMs: 30_000 };
  const change = (
    changes: readonly Partial<StockChange>[],
    reference: string = newId(),
    reason = 'delivery',
  ) => asSystem(() => api().changeStock({ changes: [...changes], reason, reference }, slow));
  return {
    change,
    /** A new SKU of a new product with this many units. */
    stocked: async (quantity: number, over: Partial<StockChange> = {}): Promise<string> => {
      const sku = `sku-${newId()}`;
      await change([{ sku, productId: newId(), operation: StockOperation.SET, quantity, ...over }]);
      return sku;
    },
    level: async (sku: string) => {
      const [level] = (await api().getStock({ skus: [sku] }, slow)).levels;
      return level && { onHand: level.onHand, reserved: level.reserved, available: level.available };
    },
    reserve: (orderId: string, lines: readonly Line[], ttlSeconds = 0) =>
      asSystem(() => api().reserve({ orderId, lines: [...lines], ttlSeconds }, slow)),
    commit: (orderId: string) => asSystem(() => api().commitReservation({ orderId }, slow)),
    release: (orderId: string) => asSystem(() => api().releaseReservation({ orderId, reason: 'test' }, slow)),
    restock: (orderId: string, lines: readonly Line[], reference: string = newId()) =>
      asSystem(() => api().restock({ orderId, lines: [...lines], reference, reason: 'returned' }, slow)),
    database: () => service.get<Database<InventoryTables>>(Database),
    /** Moves the end of the order's reservation into the past. */
    lapse: async (orderId: string) => {
      await service
        .get<Database<InventoryTables>>(Database)
        .query.updateTable('reservations')
        .set({ expires_at: new Date(Date.now() - 1_000) })
        .where('order_id', '=', orderId)
        .where('status', '=', 'ACTIVE')
        .execute();
    },
  };
}

/** Does the work on every item, `width` at a time: more would only queue for the connections of the pool. */
export async function inParallel<T, R>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const waiting = items.values();
  const results: R[] = [];
  // Actors share one iterator: each takes the next item nobody has taken.
  const actor = async () => {
    for (const item of waiting) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: width }, actor));
  return results;
}

/** Rows that contradict each other: ledger and stock, reservations and reserved units, products and their SKUs. */
export async function contradictions(database: Database<InventoryTables>): Promise<unknown[]> {
  const { rows } = await database.pool.query(`
    select 'ledger' as what, s.sku, s.on_hand::int as stock, coalesce(m.sum, 0)::int as other
    from stock_items s
    left join (select sku, warehouse_id, sum(delta) from stock_movements group by 1, 2) m using (sku, warehouse_id)
    where s.on_hand <> coalesce(m.sum, 0)
    union all
    select 'reserved', s.sku, s.reserved, coalesce(l.sum, 0)::int
    from stock_items s
    left join (
      select sku, warehouse_id, sum(case status when 'ACTIVE' then quantity else backordered end), sum(backordered) as waiting
      from reservation_lines join reservations on id = reservation_id and status in ('ACTIVE', 'COMMITTED') group by 1, 2
    ) l using (sku, warehouse_id)
    where s.reserved <> coalesce(l.sum, 0) or s.backordered <> coalesce(l.waiting, 0)
    union all
    select 'product', p.product_id::text, p.available, coalesce(s.sum, 0)::int
    from product_stock p
    left join (
      select product_id, sum(units) from (
        select product_id, greatest(sum(on_hand - reserved), 0) as units from stock_items group by product_id, sku
      ) skus group by 1
    ) s using (product_id)
    where p.available <> coalesce(s.sum, 0)`);
  return rows;
}
