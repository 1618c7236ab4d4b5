import { Inject, Injectable } from '@nestjs/common';
import { arrayOf, columnOf, Database, sql } from '@vici/database';
import { DomainError } from '@vici/utils';
import {
  type LockedHeldStock,
  type LockedStock,
  type LockRequest,
  type StockPlace,
  StockRepository,
} from '../application/stock.repository.js';
import { type StockLevel, type StockMovement, unitsToSell } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import type { InventoryTables } from './inventory.tables.js';
import { heldOf, itemsOf, type LockedHeldRow, type LockedRow, totalsOf } from './locked-stock.rows.js';

interface LevelRow {
  readonly sku: string;
  readonly product_id: string;
  readonly variant_id: string | null;
  readonly on_hand: number;
  readonly reserved: number;
  readonly version: number;
  readonly backorder_limit: number | null;
}

/** Stock in inventory_db. Statements take any number of rows as arrays: their text, and so their plan, stays one. */
@Injectable()
export class PostgresStockRepository extends StockRepository {
  constructor(@Inject(Database) private readonly database: Database<InventoryTables>) {
    super();
  }

  async levels(skus: readonly string[]): Promise<StockLevel[]> {
    const { rows } = await sql<LevelRow>`
      with lapsed as (
        select l.sku, sum(l.quantity)::int as quantity
        from reservations r join reservation_lines l on l.reservation_id = r.id
        where r.status = 'ACTIVE' and r.expires_at <= statement_timestamp() and l.sku = any(${arrayOf(skus, 'text')})
        group by l.sku
      ), stocked as (
        select sku, product_id, variant_id, sum(on_hand)::int as on_hand, sum(reserved)::int as reserved,
          sum(version)::float8 as version, max(backorder_limit) as backorder_limit
        from stock_items where sku = any(${arrayOf(skus, 'text')})
        group by sku, product_id, variant_id
      )
      select s.sku, s.product_id, s.variant_id, s.on_hand, s.reserved - coalesce(l.quantity, 0) as reserved, s.version,
        s.backorder_limit
      from stocked s left join lapsed l on l.sku = s.sku`.execute(this.database.query);
    const bySku = new Map(rows.map((row) => [row.sku, toLevel(row)]));
    return skus.flatMap((sku) => bySku.get(sku) ?? []);
  }

  async lock({ skus, productIds = [], orderIds = [] }: LockRequest): Promise<LockedStock> {
    const { rows } = await sql<LockedRow & { readonly locked_at: Date; readonly are_new: boolean }>`
      with stock as materialized (
        select * from stock_items where sku = any(${arrayOf(skus, 'text')})
        order by sku, warehouse_id for no key update
      ), totals as materialized (
        select * from product_stock where product_id = any(array(select product_id from stock) || ${productIds}::uuid[])
        order by product_id for no key update
      )
      select stock.*, (select available from totals where totals.product_id = stock.product_id) as product_available,
        clock_timestamp() as locked_at,
        not exists (select from reservations where order_id = any(${arrayOf(orderIds, 'uuid')})) as are_new
      from stock`.execute(this.database.query);
    const [first] = rows;
    const newOrdersAt = first?.are_new === true ? first.locked_at : undefined;
    return { items: itemsOf(rows), totals: totalsOf(rows), newOrdersAt };
  }

  async lockHeld(orderId: string, skus: readonly string[]): Promise<LockedHeldStock> {
    const { rows } = await sql<LockedHeldRow>`
      with held as materialized (
        select r.id, r.attempt, r.status, r.expires_at, l.sku, l.warehouse_id, l.quantity, l.backordered
        from (select * from reservations where order_id = ${orderId} order by attempt desc limit 1) r
        join reservation_lines l on l.reservation_id = r.id
      ), stock as materialized (
        select * from stock_items where sku = any(array(select sku from held) || ${skus}::text[])
        order by sku, warehouse_id for no key update
      ), totals as materialized (
        select * from product_stock where product_id = any(array(select product_id from stock))
        order by product_id for no key update
      )
      select stock.*, (select available from totals where totals.product_id = stock.product_id) as product_available,
        held.id as held_id, held.attempt as held_attempt, held.status as held_status, held.expires_at as held_until,
        held.quantity as held_quantity, held.backordered as held_backordered
      from stock left join held on held.sku = stock.sku and held.warehouse_id = stock.warehouse_id
      order by stock.sku, stock.warehouse_id`.execute(this.database.query);
    return {
      items: itemsOf(rows),
      totals: totalsOf(rows),
      newOrdersAt: undefined,
      held: heldOf(orderId, rows),
    };
  }

  async addMissing(places: readonly StockPlace[]): Promise<void> {
    await sql`
      insert into stock_items (sku, warehouse_id, product_id, variant_id)
      select distinct on (sku, warehouse_id) sku, warehouse_id, product_id, variant_id
      from (select sku collate "C" as sku, warehouse_id, product_id, variant_id from unnest(
        ${places.map((place) => place.sku)}::text[],
        ${places.map((place) => place.warehouseId)}::uuid[],
        ${places.map((place) => place.productId)}::uuid[],
        ${places.map((place) => place.variantId ?? null)}::uuid[]
      ) as place (sku, warehouse_id, product_id, variant_id)) places
      order by sku, warehouse_id
      on conflict do nothing`.execute(this.database.query);
  }

  async save(sheet: StockSheet): Promise<Map<string, number>> {
    const items = sheet.changedItems();
    const deltas = sheet.productDeltas();
    const totals = sheet.productTotals();
    if (sheet.movements.length > 0) await this.record(sheet.movements);
    const statement = sql<{ product_id: string; available: number }>`
      with changed as (
        update stock_items s
        set on_hand = n.on_hand, reserved = n.reserved, backordered = n.backordered, version = n.version,
          product_id = n.product_id, variant_id = n.variant_id, backorder_limit = n.backorder_limit
        from unnest(
          ${columnOf(items, 'text', (item) => item.sku)},
          ${columnOf(items, 'uuid', (item) => item.warehouseId)},
          ${columnOf(items, 'uuid', (item) => item.productId)},
          ${columnOf(items, 'uuid', (item) => item.variantId ?? null)},
          ${columnOf(items, 'int', (item) => item.onHand)},
          ${columnOf(items, 'int', (item) => item.reserved)},
          ${columnOf(items, 'int', (item) => item.backordered)},
          ${columnOf(items, 'bigint', (item) => item.version)},
          ${columnOf(items, 'int', (item) => item.backorderLimit ?? null)}
        ) as n (sku, warehouse_id, product_id, variant_id, on_hand, reserved, backordered, version, backorder_limit)
        where s.sku = n.sku and s.warehouse_id = n.warehouse_id
      )
      insert into product_stock (product_id, available)
      select product_id, delta from unnest(
        ${arrayOf([...deltas.keys()], 'uuid')},
        ${arrayOf([...deltas.values()], 'int')}
      ) as d (product_id, delta)
      order by product_id
      on conflict (product_id) do update set available = product_stock.available + excluded.available
      returning product_id, available`;
    if (totals !== undefined) {
      await this.database.executeWithCommit(statement);
      return totals;
    }
    const { rows } = await statement.execute(this.database.query);
    return new Map(rows.map((row) => [row.product_id, row.available]));
  }

  async unknownWarehouses(ids: readonly string[]): Promise<string[]> {
    const known = await this.database.query
      .selectFrom('warehouses')
      .select('id')
      .where('id', 'in', [...ids])
      .execute();
    const found = new Set(known.map(({ id }) => id));
    return ids.filter((id) => !found.has(id));
  }

  async claimReference(reference: string, fingerprint: string): Promise<boolean> {
    const { query } = this.database;
    const claimed = await query
      .insertInto('stock_changes')
      .values({ reference, fingerprint })
      .onConflict((on) => on.doNothing())
      .returning('reference')
      .executeTakeFirst();
    if (claimed !== undefined) return true;
    const earlier = await query
      .selectFrom('stock_changes')
      .select('fingerprint')
      .where('reference', '=', reference)
      .executeTakeFirstOrThrow();
    if (earlier.fingerprint === fingerprint) return false;
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'The reference was used for another change.', {
      reference,
    });
  }

  async restocked(orderId: string): Promise<{ sku: string; warehouseId: string; quantity: number }[]> {
    const { rows } = await sql<{ sku: string; warehouse_id: string; quantity: number }>`
      select sku, warehouse_id, sum(delta)::int as quantity from stock_movements
      where order_id = ${orderId} and kind = 'RESTOCK' group by sku, warehouse_id`.execute(
      this.database.query,
    );
    return rows.map(({ sku, warehouse_id, quantity }) => ({ sku, warehouseId: warehouse_id, quantity }));
  }

  async addUpProducts(productIds: readonly string[]): Promise<Map<string, number>> {
    const { query } = this.database;
    // Two statements: the sums are read when nobody can change the totals any more.
    await sql`
      select 1 from product_stock where product_id = any(${arrayOf(productIds, 'uuid')})
      order by product_id for no key update`.execute(query);
    const { rows } = await sql<{ product_id: string; available: number }>`
      insert into product_stock (product_id, available)
      select product_id, sum(units)::int from (
        select product_id, greatest(sum(on_hand - reserved), 0) as units from stock_items
        where product_id = any(${arrayOf(productIds, 'uuid')}) group by product_id, sku
      ) skus group by product_id order by product_id
      on conflict (product_id) do update set available = excluded.available
      returning product_id, available`.execute(query);
    return new Map(rows.map((row) => [row.product_id, row.available]));
  }

  async setLowStockThreshold(sku: string, threshold: number | undefined): Promise<void> {
    await this.database.query
      .updateTable('stock_items')
      .set({ low_stock_threshold: threshold ?? null })
      .where('sku', '=', sku)
      .execute();
  }

  private async record(movements: readonly StockMovement[]): Promise<void> {
    await this.database.executeWithCommit(sql`
      insert into stock_movements (sku, warehouse_id, delta, kind, reason, reference, order_id)
      select sku, warehouse_id, delta, kind, reason, reference, order_id
      from unnest(
        ${movements.map((movement) => movement.sku)}::text[],
        ${movements.map((movement) => movement.warehouseId)}::uuid[],
        ${movements.map((movement) => movement.delta)}::int[],
        ${movements.map((movement) => movement.kind)}::text[],
        ${movements.map((movement) => movement.reason)}::text[],
        ${movements.map((movement) => movement.reference ?? null)}::text[],
        ${movements.map((movement) => movement.orderId ?? null)}::uuid[]
      ) with ordinality as m (sku, warehouse_id, delta, kind, reason, reference, order_id, position)
      order by position`);
  }
}

function toLevel(row: LevelRow): StockLevel {
  return {
    sku: row.sku,
    productId: row.product_id,
    variantId: row.variant_id ?? undefined,
    onHand: row.on_hand,
    reserved: row.reserved,
    ...unitsToSell(row.on_hand - row.reserved, row.backorder_limit ?? undefined),
    version: row.version,
    backorderLimit: row.backorder_limit ?? undefined,
  };
}
