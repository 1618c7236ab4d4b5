import { DomainError, defineStateMachine } from '@vici/utils/domain';
import { type AllocatedLine, type Demand, mergeDemand } from './stock-item.js';

export type ReservationStatus = 'ACTIVE' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';

/** The life of a reservation. Units are set aside only while it is ACTIVE. */
export const reservationLife = defineStateMachine<ReservationStatus>('reservation', {
  ACTIVE: ['COMMITTED', 'RELEASED', 'EXPIRED'],
  COMMITTED: [],
  RELEASED: [],
  EXPIRED: [],
});

/** Units of a reservation in one warehouse. */
export interface ReservedLine extends AllocatedLine {
  readonly productId: string;
  readonly variantId: string | undefined;
}

/** Units set aside for an order until they are sold, given back, or their time lapses. */
export interface Reservation {
  readonly id: string;
  readonly orderId: string;
  /** From 1; an order whose reservation was released or expired may try again. */
  readonly attempt: number;
  readonly status: ReservationStatus;
  readonly expiresAt: Date;
  readonly lines: readonly ReservedLine[];
}

/** A SKU of which there is not enough. */
export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
  /** Which of the changes of a request is short, from 0; missing where units are short for an order. */
  readonly index?: number;
}

/** Whether a reservation holds exactly what is demanded, whatever the warehouses. */
export function holds(reservation: Reservation, demand: readonly Demand[]): boolean {
  const held = mergeDemand(reservation.lines);
  const wanted = mergeDemand(demand);
  return (
    held.length === wanted.length &&
    held.every(
      ({ sku, quantity }, index) => wanted[index]?.sku === sku && wanted[index].quantity === quantity,
    )
  );
}

/** Whether its lines stay as they are while it is open: only of those that wait for units the lines change. */
export function isUnchanging({ status, lines }: Reservation): boolean {
  return status === 'ACTIVE' && lines.every(({ backordered = 0 }) => backordered === 0);
}

/** The lines of the demand that cannot be served. */
export function shortagesOf(demand: readonly Demand[], availableOf: (sku: string) => number): Shortage[] {
  return demand.flatMap(({ sku, quantity }) => {
    const available = availableOf(sku);
    return available >= quantity ? [] : [{ sku, requested: quantity, available }];
  });
}

/** INSUFFICIENT_STOCK that names each short line in `details.lines`. */
export function insufficientStock(lines: readonly Shortage[]): DomainError {
  return new DomainError('INSUFFICIENT_STOCK', 'There is not enough stock.', {
    lines: lines.map(({ sku, requested, available, index }) => ({
      sku,
      requested,
      available,
      ...(index !== undefined && { index }),
    })),
  });
}
