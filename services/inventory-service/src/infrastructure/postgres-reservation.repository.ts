import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type RawBuilder, sql } from 'kysely';
import {
  type NewReservation,
  type Outlook,
  ReservationRepository,
} from '../application/reservation.repository.js';
import type { Reservation, ReservationStatus, ReservedLine } from '../domain/reservation.js';
import type { InventoryTables } from './inventory.tables.js';

interface ReservationLineRow {
  readonly id: string;
  readonly order_id: string;
  readonly attempt: number;
  readonly status: ReservationStatus;
  readonly expires_at: Date;
  readonly sku: string;
  readonly warehouse_id: string;
  readonly quantity: number;
  readonly product_id: string;
  readonly variant_id: string | null;
}

/** Either a SKU or an order. */
type OutlookRow =
  | { readonly sku: string; readonly available: number }
  | {
      readonly sku: null;
      readonly order_id: string;
      readonly attempt: number;
      readonly status: ReservationStatus;
    };

/** Replicas that sweep meet at this number. */
const SWEEPER_LOCK = 7_002_004;

const columns = sql.raw(
  'r.id, r.order_id, r.attempt, r.status, r.expires_at, l.sku, l.warehouse_id, l.quantity, s.product_id, s.variant_id',
);
const lapsed = sql.raw("r.status = 'ACTIVE' and r.expires_at <= statement_timestamp()");

/** Reservations in inventory_db. */
@Injectable()
export class PostgresReservationRepository extends ReservationRepository {
  constructor(@Inject(Database) private readonly database: Database<InventoryTables>) {
    super();
  }

  async outlook(orderIds: readonly string[], skus: readonly string[]): Promise<Outlook> {
    const { rows } = await sql<OutlookRow>`
      with freed as (
        select l.sku, sum(l.quantity)::int as quantity
        from reservations r join reservation_lines l on l.reservation_id = r.id
        where ${lapsed} and l.sku = any(${skus}::text[]) group by l.sku
      ), stocked as (
        select sku, sum(on_hand - reserved)::int as available
        from stock_items where sku = any(${skus}::text[]) group by sku
      ), latest as (
        select distinct on (order_id) order_id, attempt, status
        from reservations where order_id = any(${orderIds}::uuid[]) order by order_id, attempt desc
      )
      select s.sku, s.available + coalesce(f.quantity, 0) as available, null::uuid as order_id, null::int as attempt,
        null::text as status
      from stocked s left join freed f on f.sku = s.sku
      union all
      select null, null, order_id, attempt, status from latest`.execute(this.database.query);
    const latest: [string, { attempt: number; status: ReservationStatus }][] = [];
    const available: [string, number][] = [];
    for (const row of rows) {
      if (row.sku === null) latest.push([row.order_id, { attempt: row.attempt, status: row.status }]);
      else available.push([row.sku, row.available]);
    }
    return { latest: new Map(latest), available: new Map(available) };
  }

  async findLatest(orderId: string): Promise<Reservation | undefined> {
    const [latest] = await this.read(
      sql`select * from reservations where order_id = ${orderId} order by attempt desc limit 1`,
    );
    return latest;
  }

  async lockLatest(orderId: string): Promise<Reservation | undefined> {
    const [latest] = await this.read(
      sql`select * from reservations where order_id = ${orderId} order by attempt desc limit 1 for no key update`,
    );
    return latest;
  }

  async create(reservations: readonly NewReservation[]): Promise<ReadonlyMap<string, Date>> {
    const lines = reservations.flatMap(({ id, lines }) => lines.map((line) => ({ ...line, id })));
    const { rows } = await sql<{ id: string; expires_at: Date }>`
      with made as (
        insert into reservations (id, order_id, attempt, status, expires_at)
        select id, order_id, attempt, status, statement_timestamp() + make_interval(secs => ttl)
        from unnest(
          ${reservations.map(({ id }) => id)}::uuid[],
          ${reservations.map(({ orderId }) => orderId)}::uuid[],
          ${reservations.map(({ attempt }) => attempt)}::int[],
          ${reservations.map(({ status }) => status)}::text[],
          ${reservations.map(({ ttlSeconds }) => ttlSeconds)}::int[]
        ) as wanted (id, order_id, attempt, status, ttl)
        order by order_id
        on conflict do nothing
        returning id, expires_at
      ), lined as (
        insert into reservation_lines (reservation_id, sku, warehouse_id, quantity)
        select made.id, line.sku, line.warehouse_id, line.quantity
        from made join unnest(
          ${lines.map(({ id }) => id)}::uuid[],
          ${lines.map(({ sku }) => sku)}::text[],
          ${lines.map(({ warehouseId }) => warehouseId)}::uuid[],
          ${lines.map(({ quantity }) => quantity)}::int[]
        ) as line (id, sku, warehouse_id, quantity) using (id)
      )
      select id, expires_at from made`.execute(this.database.query);
    return new Map(rows.map((row) => [row.id, row.expires_at]));
  }

  async extend(id: string, ttlSeconds: number): Promise<Date | undefined> {
    const { rows } = await sql<{ expires_at: Date }>`
      update reservations
      set expires_at = greatest(expires_at, statement_timestamp() + make_interval(secs => ${ttlSeconds})),
        updated_at = now()
      where id = ${id} and status = 'ACTIVE'
      returning expires_at`.execute(this.database.query);
    return rows[0]?.expires_at;
  }

  async setStatus(ids: readonly string[], status: ReservationStatus): Promise<void> {
    await sql`
      update reservations set status = ${status}, updated_at = now()
      where id = any(${ids}::uuid[])`.execute(this.database.query);
  }

  async lockLapsedHolding(skus: readonly string[], limit: number): Promise<Reservation[]> {
    const { rows } = await sql<{ id: string }>`
      select r.id from reservations r
      where ${lapsed} and exists (
        select 1 from reservation_lines l where l.reservation_id = r.id and l.sku = any(${skus}::text[])
      )
      order by r.expires_at, r.id limit ${limit}`.execute(this.database.query);
    return rows.length === 0 ? [] : await this.lockLapsed(rows.map(({ id }) => id));
  }

  async findLapsed(limit: number): Promise<Reservation[]> {
    return await this.read(
      sql`select r.* from reservations r where ${lapsed} order by r.expires_at, r.id limit ${limit}`,
    );
  }

  async lockLapsed(ids: readonly string[]): Promise<Reservation[]> {
    return await this.read(
      sql`select r.* from reservations r where r.id = any(${ids}::uuid[]) and ${lapsed} order by r.id for no key update`,
    );
  }

  async becomeSweeper(): Promise<boolean> {
    const { rows } = await sql<{ locked: boolean }>`
      select pg_try_advisory_xact_lock(${SWEEPER_LOCK}) as locked`.execute(this.database.query);
    return rows[0]?.locked ?? false;
  }

  /** The reservations a query gives, in its order, with their lines. */
  private async read(reservations: RawBuilder<unknown>): Promise<Reservation[]> {
    const { rows } = await sql<ReservationLineRow>`
      with found as materialized (${reservations})
      select ${columns} from found r
      join reservation_lines l on l.reservation_id = r.id
      join stock_items s on s.sku = l.sku and s.warehouse_id = l.warehouse_id
      order by l.sku, l.warehouse_id`.execute(this.database.query);
    return grouped(rows);
  }
}

function grouped(rows: readonly ReservationLineRow[]): Reservation[] {
  const byId = new Map<string, Reservation & { readonly lines: ReservedLine[] }>();
  for (const row of rows) {
    const reservation = byId.get(row.id) ?? {
      id: row.id,
      orderId: row.order_id,
      attempt: row.attempt,
      status: row.status,
      expiresAt: row.expires_at,
      lines: [],
    };
    byId.set(row.id, reservation);
    reservation.lines.push({
      sku: row.sku,
      warehouseId: row.warehouse_id,
      quantity: row.quantity,
      productId: row.product_id,
      variantId: row.variant_id ?? undefined,
    });
  }
  return [...byId.values()];
}
