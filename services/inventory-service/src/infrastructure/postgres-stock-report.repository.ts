import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  ListOrder,
  type Page,
  type PageRequest,
  type Placed,
  pageOf,
  type SortKey,
  sql,
} from '@vici/database';
import { InventorySettings } from '../application/inventory.settings.js';
import {
  type DriftReport,
  type StockEntry,
  type StockFilter,
  StockReportRepository,
} from '../application/stock-report.repository.js';
import type { StockDrift } from '../domain/stock-drift.js';
import { unitsToSell } from '../domain/stock-item.js';
import type { InventoryTables } from './inventory.tables.js';

interface EntryRow {
  readonly sku: string;
  readonly product_id: string;
  readonly variant_id: string | null;
  readonly on_hand: number;
  readonly reserved: number;
  readonly version: number;
  readonly threshold: number;
  readonly backorder_limit: number | null;
}

type DriftRow = StockDrift & { readonly found: number };

const SKU: SortKey = { column: 'sku', type: 'text' };
const BY_SKU = new ListOrder([SKU]);
const BY_UNITS = new ListOrder([{ column: 'available', type: 'bigint' }, SKU]);

/** Stock as the administration reads it, from inventory_db. */
@Injectable()
export class PostgresStockReportRepository extends StockReportRepository {
  constructor(
    @Inject(Database) private readonly database: Database<InventoryTables>,
    private readonly settings: InventorySettings,
  ) {
    super();
  }

  async list(filter: StockFilter, page: PageRequest): Promise<Page<StockEntry>> {
    const order = filter.fewestFirst === true ? BY_UNITS : BY_SKU;
    const { rows } = await sql<EntryRow & Placed>`
      ${this.matching(filter)}
      select *, ${order.place} as list_place from entries where ${order.after(page)}
      ${order.within(page)}`.execute(this.database.query);
    const counted = await sql<{ count: bigint }>`
      ${this.matching(filter)} select count(*) as count from entries`.execute(this.database.query);
    return pageOf(rows.map(toEntry), page, counted.rows[0]?.count ?? 0n, order.nextCursor(rows, page));
  }

  async drifts(limit: number, skus?: readonly string[]): Promise<DriftReport> {
    const { rows } = await sql<DriftRow>`
      with ledger as (
        select sku, warehouse_id, sum(delta)::int as units from stock_movements
        where ${skus ?? null}::text[] is null or sku = any(${skus ?? null}::text[])
        group by sku, warehouse_id
      ), held as (
        select l.sku, l.warehouse_id, sum(l.backordered)::int as waiting,
          sum(case r.status when 'ACTIVE' then l.quantity else l.backordered end)::int as units
        from reservations r join reservation_lines l on l.reservation_id = r.id
        where r.status = 'ACTIVE' or (r.status = 'COMMITTED' and l.backordered > 0)
        group by l.sku, l.warehouse_id
      ), sums as (
        select product_id, sum(units)::int as units from (
          select product_id, greatest(sum(on_hand - reserved), 0) as units from stock_items group by product_id, sku
        ) skus group by product_id
      )
      select s.sku, s.warehouse_id as "warehouseId", s.on_hand as "onHand", coalesce(l.units, 0) as ledger, s.reserved,
        coalesce(h.units, 0) as held, s.backordered, coalesce(h.waiting, 0) as waiting,
        s.product_id as "productId", coalesce(p.available, 0) as "productAvailable",
        t.units as "productSum", (count(*) over ())::int as found
      from stock_items s
      join sums t using (product_id)
      left join product_stock p using (product_id)
      left join ledger l using (sku, warehouse_id)
      left join held h using (sku, warehouse_id)
      where (${skus ?? null}::text[] is null or s.sku = any(${skus ?? null}::text[]))
        and (s.on_hand <> coalesce(l.units, 0) or s.reserved <> coalesce(h.units, 0)
          or s.backordered <> coalesce(h.waiting, 0)
          or t.units <> coalesce(p.available, 0))
      order by s.sku, s.warehouse_id limit ${limit}`.execute(this.database.query);
    return { drifts: rows.map(({ found: _found, ...drift }) => drift), found: rows[0]?.found ?? 0 };
  }

  async skusOf(productIds: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ sku: string }>`
      select distinct sku from stock_items where product_id = any(${productIds}::uuid[])`.execute(
      this.database.query,
    );
    return rows.map(({ sku }) => sku);
  }

  /** Levels of the SKUs that match, lapsed reservations taken as free; as the table `entries`. */
  private matching({ low, depleted, search }: StockFilter) {
    const available = sql`(e.on_hand - e.reserved)`;
    return sql`
      with lapsed as (
        select l.sku, sum(l.quantity)::int as quantity
        from reservations r join reservation_lines l on l.reservation_id = r.id
        where r.status = 'ACTIVE' and r.expires_at <= statement_timestamp() group by l.sku
      ), stocked as (
        select sku, product_id, variant_id, sum(on_hand)::int as on_hand, sum(reserved)::int as reserved,
          sum(version)::float8 as version,
          coalesce(max(low_stock_threshold), ${this.settings.lowStockThreshold}::int) as threshold,
          max(backorder_limit) as backorder_limit
        from stock_items where ${search ?? null}::text is null or starts_with(sku, ${search ?? null}::text)
        group by sku, product_id, variant_id
      ), entries as (
        select e.*, ${available} as available from (
          select s.sku, s.product_id, s.variant_id, s.on_hand, s.reserved - coalesce(l.quantity, 0) as reserved,
            s.version, s.threshold, s.backorder_limit
          from stocked s left join lapsed l on l.sku = s.sku
        ) e
        where (${low ?? null}::boolean is null or ${low ?? null}::boolean = (${available} <= e.threshold))
          and (${depleted ?? null}::boolean is null or ${depleted ?? null}::boolean = (${available} <= 0))
      )`;
  }
}

function toEntry(row: EntryRow): StockEntry {
  return {
    level: {
      sku: row.sku,
      productId: row.product_id,
      variantId: row.variant_id ?? undefined,
      onHand: row.on_hand,
      reserved: row.reserved,
      ...unitsToSell(row.on_hand - row.reserved, row.backorder_limit ?? undefined),
      backorderLimit: row.backorder_limit ?? undefined,
      version: row.version,
    },
    lowStockThreshold: row.threshold,
  };
}
