import { sql } from '@vici/database';
import type { Reservation, ReservationStatus, ReservedLine } from '../domain/reservation.js';

/** A line of a reservation, with what its reservation says. */
export interface ReservationLineRow {
  readonly id: string;
  readonly order_id: string;
  readonly attempt: number;
  readonly status: ReservationStatus;
  readonly expires_at: Date;
  readonly sku: string;
  readonly warehouse_id: string;
  readonly quantity: number;
  readonly backordered: number;
  readonly product_id: string;
  readonly variant_id: string | null;
}

/** Ends a statement that begins with the reservations it is about, as `found`; gives a {@link ReservationLineRow} a line. */
export const LINES_OF_FOUND = sql.raw(`
  select r.id, r.order_id, r.attempt, r.status, r.expires_at, l.sku, l.warehouse_id, l.quantity, l.backordered,
    s.product_id, s.variant_id
  from found r
  join reservation_lines l on l.reservation_id = r.id
  join stock_items s on s.sku = l.sku and s.warehouse_id = l.warehouse_id
  order by l.sku, l.warehouse_id`);

/** The reservations of the lines, each in the place of its first line. */
export function toReservations(rows: readonly ReservationLineRow[]): Reservation[] {
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
      backordered: row.backordered,
      productId: row.product_id,
      variantId: row.variant_id ?? undefined,
    });
  }
  return [...byId.values()];
}
