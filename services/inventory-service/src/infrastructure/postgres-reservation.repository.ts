import { Inject, Injectable } from '@nestjs/common';
import { arrayOf, columnOf, commitOnlyIf, Database, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import {
  type NewReservation,
  type Outlook,
  ReservationRepository,
} from '../application/reservation.repository.js';
import type { CoveredLine, WaitingLine } from '../domain/backorder.js';
import type { Reservation, ReservationStatus } from '../domain/reservation.js';
import type { AllocatedLine } from '../domain/stock-item.js';
import type { InventoryTables } from './inventory.tables.js';
import { LINES_OF_FOUND, type ReservationLineRow, toReservations } from './reservation-row.js';

interface TakenOff {
  readonly reservationId: string;
  readonly sku: string;
  readonly warehouseId: string;
  readonly units: number;
  readonly gone: number;
}

/** Either a SKU or an order. */
type OutlookRow =
  | { readonly sku: string; readonly orderable: number }
  | { readonly sku: null; readonly order_id: string };

/** Replicas that sweep meet at this number. */
const SWEEPER_LOCK = 7_002_004;

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
        where ${lapsed} and l.sku = any(${arrayOf(skus, 'text')}) group by l.sku
      ), stocked as (
        select sku, (sum(on_hand - reserved) + coalesce(max(backorder_limit), 0))::int as orderable
        from stock_items where sku = any(${arrayOf(skus, 'text')}) group by sku
      )
      select s.sku, s.orderable + coalesce(f.quantity, 0) as orderable, null::uuid as order_id
      from stocked s left join freed f on f.sku = s.sku
      union all
      select null, null, order_id from reservations
      where order_id = any(${arrayOf(orderIds, 'uuid')}) and status in ('ACTIVE', 'COMMITTED')`.execute(
      this.database.query,
    );
    const live: string[] = [];
    const orderable: [string, number][] = [];
    for (const row of rows) {
      if (row.sku === null) live.push(row.order_id);
      else orderable.push([row.sku, row.orderable]);
    }
    return { live: new Set(live), orderable: new Map(orderable) };
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

  async closeLatest(
    orderId: string,
    status: Extract<ReservationStatus, 'COMMITTED' | 'RELEASED'>,
  ): Promise<Reservation | undefined> {
    const { rows } = await sql<ReservationLineRow>`
      with found as materialized (
        select * from reservations where order_id = ${orderId} order by attempt desc limit 1 for no key update
      ), closed as (
        update reservations set status = ${status}, updated_at = now()
        where id = (select id from found where status = 'ACTIVE')
      )
      ${LINES_OF_FOUND}`.execute(this.database.query);
    return toReservations(rows)[0];
  }

  async closeWithCommit(id: string, status: Extract<ReservationStatus, 'COMMITTED'>): Promise<void> {
    await this.database.executeWithCommit(sql`
      with closed as (
        update reservations set status = ${status}, updated_at = now() where id = ${id} and status = 'ACTIVE'
        returning id
      )
      select ${commitOnlyIf(sql`exists (select from closed)`)}`);
  }

  async create(
    reservations: readonly NewReservation[],
  ): Promise<ReadonlyMap<string, Pick<Reservation, 'attempt' | 'expiresAt'>>> {
    const { rows } = await sql<{ id: string; attempt: number; expires_at: Date }>`
      with made as (
        insert into reservations (id, order_id, attempt, status, expires_at)
        select id, order_id, 1 + coalesce((select max(attempt) from reservations earlier where earlier.order_id = wanted.order_id), 0),
          status, statement_timestamp() + make_interval(secs => ttl)
        from unnest(
          ${reservations.map(({ id }) => id)}::uuid[],
          ${reservations.map(({ orderId }) => orderId)}::uuid[],
          ${reservations.map(({ status }) => status)}::text[],
          ${reservations.map(({ ttlSeconds }) => ttlSeconds)}::int[]
        ) as wanted (id, order_id, status, ttl)
        order by order_id
        on conflict do nothing
        returning id, attempt, expires_at
      ), lined as (${insertLinesOfMade(reservations)})
      select id, attempt, expires_at from made`.execute(this.database.query);
    return new Map(rows.map(({ id, attempt, expires_at: expiresAt }) => [id, { attempt, expiresAt }]));
  }

  async createFirst(
    reservations: readonly NewReservation[],
    now: Date,
  ): Promise<ReadonlyMap<string, Pick<Reservation, 'attempt' | 'expiresAt'>>> {
    const first = reservations.map((reservation) => {
      return { ...reservation, expiresAt: new Date(now.getTime() + reservation.ttlSeconds * 1_000) };
    });
    await this.database.executeWithCommit(sql`
      with made as (
        insert into reservations (id, order_id, attempt, status, expires_at)
        select id, order_id, 1, status, expires_at from unnest(
          ${columnOf(first, 'uuid', ({ id }) => id)},
          ${columnOf(first, 'uuid', ({ orderId }) => orderId)},
          ${columnOf(first, 'text', ({ status }) => status)},
          ${columnOf(first, 'timestamptz', ({ expiresAt }) => expiresAt)}
        ) as wanted (id, order_id, status, expires_at)
        order by order_id
        on conflict do nothing
        returning id
      ), lined as (${insertLinesOfMade(reservations)})
      select ${commitOnlyIf(sql`(select count(*) from made) = ${reservations.length}`)}`);
    return new Map(first.map(({ id, expiresAt }) => [id, { attempt: 1, expiresAt }]));
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
      where id = any(${arrayOf(ids, 'uuid')})`.execute(this.database.query);
  }

  async lockLapsedHolding(skus: readonly string[], limit: number): Promise<Reservation[]> {
    const { rows } = await sql<{ id: string }>`
      select r.id from reservations r
      where ${lapsed} and exists (
        select 1 from reservation_lines l where l.reservation_id = r.id and l.sku = any(${arrayOf(skus, 'text')})
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
      sql`select r.* from reservations r where r.id = any(${arrayOf(ids, 'uuid')}) and ${lapsed} order by r.id for no key update`,
    );
  }

  async waitingFor(skus: readonly string[]): Promise<WaitingLine[]> {
    const { rows } = await sql<WaitingLine>`
      select l.reservation_id as "reservationId", r.order_id as "orderId", r.status, l.sku,
        l.warehouse_id as "warehouseId", l.backordered
      from reservation_lines l join reservations r on r.id = l.reservation_id
      where l.sku = any(${arrayOf(skus, 'text')}) and l.backordered > 0 and r.status in ('ACTIVE', 'COMMITTED')
      order by r.created_at, r.id, l.warehouse_id`.execute(this.database.query);
    return rows;
  }

  async cover(covered: readonly CoveredLine[]): Promise<void> {
    await this.takeOff(
      covered.map(({ reservationId, sku, from, to, units }) => ({
        reservationId,
        sku,
        warehouseId: from,
        units,
        // Units from another warehouse are a line of their own.
        gone: from === to ? 0 : units,
      })),
    );
    const moved = covered.filter(({ from, to }) => from !== to);
    if (moved.length === 0) return;
    await sql`
      insert into reservation_lines (reservation_id, sku, warehouse_id, quantity)
      select id, sku, warehouse_id, units from unnest(
        ${moved.map(({ reservationId }) => reservationId)}::uuid[],
        ${moved.map(({ sku }) => sku)}::text[],
        ${moved.map(({ to }) => to)}::uuid[],
        ${moved.map(({ units }) => units)}::int[]
      ) as moved (id, sku, warehouse_id, units)
      on conflict (reservation_id, sku, warehouse_id)
        do update set quantity = reservation_lines.quantity + excluded.quantity`.execute(this.database.query);
  }

  async cancelWaiting(reservationId: string, lines: readonly AllocatedLine[]): Promise<void> {
    await this.takeOff(
      lines.map(({ sku, warehouseId, quantity: units }) => ({
        reservationId,
        sku,
        warehouseId,
        units,
        gone: units,
      })),
    );
  }

  /** Lines wait for so many units less, and have so many less. */
  private async takeOff(lines: readonly TakenOff[]): Promise<void> {
    await sql`
      update reservation_lines l set quantity = l.quantity - t.gone, backordered = l.backordered - t.units
      from (
        select id, sku, warehouse_id, sum(units)::int as units, sum(gone)::int as gone from unnest(
          ${columnOf(lines, 'uuid', ({ reservationId }) => reservationId)},
          ${columnOf(lines, 'text', ({ sku }) => sku)},
          ${columnOf(lines, 'uuid', ({ warehouseId }) => warehouseId)},
          ${columnOf(lines, 'int', ({ units }) => units)},
          ${columnOf(lines, 'int', ({ gone }) => gone)}
        ) as taken (id, sku, warehouse_id, units, gone) group by id, sku, warehouse_id
      ) t
      where l.reservation_id = t.id and l.sku = t.sku and l.warehouse_id = t.warehouse_id`.execute(
      this.database.query,
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
      ${LINES_OF_FOUND}`.execute(this.database.query);
    return toReservations(rows);
  }
}

/** Writes the lines of those that the statement has inserted as `made`. */
function insertLinesOfMade(reservations: readonly NewReservation[]): RawBuilder<unknown> {
  const lines = reservations.flatMap(({ id, lines }) => lines.map((line) => ({ ...line, id })));
  return sql`
    insert into reservation_lines (reservation_id, sku, warehouse_id, quantity, backordered)
    select made.id, line.sku, line.warehouse_id, line.quantity, line.backordered
    from made join unnest(
      ${lines.map(({ id }) => id)}::uuid[],
      ${lines.map(({ sku }) => sku)}::text[],
      ${lines.map(({ warehouseId }) => warehouseId)}::uuid[],
      ${lines.map(({ quantity }) => quantity)}::int[],
      ${lines.map(({ backordered }) => backordered ?? 0)}::int[]
    ) as line (id, sku, warehouse_id, quantity, backordered) using (id)`;
}
