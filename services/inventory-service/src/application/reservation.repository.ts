import type { CoveredLine, WaitingLine } from '../domain/backorder.js';
import type { Reservation, ReservationStatus } from '../domain/reservation.js';
import type { AllocatedLine } from '../domain/stock-item.js';

/** What is written of a new reservation. */
export interface NewReservation {
  readonly id: string;
  readonly orderId: string;
  readonly status: ReservationStatus;
  readonly ttlSeconds: number;
  readonly lines: readonly AllocatedLine[];
}

/** What orders may expect of their next reservations, read without a lock. */
export interface Outlook {
  /** The orders that have a reservation that is neither released nor expired. */
  readonly live: ReadonlySet<string>;
  /** Orderable units of each SKU that was ever stocked, those of lapsed reservations included. */
  readonly orderable: ReadonlyMap<string, number>;
}

/** Reservations. "Lapsed" is one that is still ACTIVE after its time, by the clock of the database. */
export abstract class ReservationRepository {
  abstract outlook(orderIds: readonly string[], skus: readonly string[]): Promise<Outlook>;
  /** The newest reservation of the order, not locked. */
  abstract findLatest(orderId: string): Promise<Reservation | undefined>;
  /** The newest reservation of the order, locked. */
  abstract lockLatest(orderId: string): Promise<Reservation | undefined>;
  /** Gives the newest reservation of the order the status if it is ACTIVE; returns it as it was, locked. */
  abstract closeLatest(
    orderId: string,
    status: Extract<ReservationStatus, 'COMMITTED' | 'RELEASED'>,
  ): Promise<Reservation | undefined>;
  /**
   * Ends a reservation in the message of the commit, which is refused unless it is still ACTIVE (`isCommitRefused`).
   * Nothing but the status may have changed since it was read.
   */
  abstract closeWithCommit(id: string, status: Extract<ReservationStatus, 'COMMITTED'>): Promise<void>;
  /** @returns what was written of each, by id; one whose order has a live reservation is missing and was not written */
  abstract create(
    reservations: readonly NewReservation[],
  ): Promise<ReadonlyMap<string, Pick<Reservation, 'attempt' | 'expiresAt'>>>;
  /**
   * Makes the first reservations of their orders, that last from `now`, in the message of the commit, which is refused
   * (`isCommitRefused`) where one of the orders has a reservation.
   * @returns what is written of each, by id
   */
  abstract createFirst(
    reservations: readonly NewReservation[],
    now: Date,
  ): Promise<ReadonlyMap<string, Pick<Reservation, 'attempt' | 'expiresAt'>>>;
  /** Moves the end of an ACTIVE reservation, never nearer; the new end, undefined when it is no longer ACTIVE. */
  abstract extend(id: string, ttlSeconds: number): Promise<Date | undefined>;
  abstract setStatus(ids: readonly string[], status: ReservationStatus): Promise<void>;
  /** The longest lapsed reservations that hold one of the SKUs, locked in the order of their ids. */
  abstract lockLapsedHolding(skus: readonly string[], limit: number): Promise<Reservation[]>;
  /** The longest lapsed reservations, not locked. */
  abstract findLapsed(limit: number): Promise<Reservation[]>;
  /** Those of the reservations that are lapsed now, locked in the order of their ids. */
  abstract lockLapsed(ids: readonly string[]): Promise<Reservation[]>;
  /** The lines that wait for units of the SKUs, the oldest reservation first. */
  abstract waitingFor(skus: readonly string[]): Promise<WaitingLine[]>;
  /** Writes down for which lines units came, and from which warehouse. */
  abstract cover(covered: readonly CoveredLine[]): Promise<void>;
  /** Takes units off a line that waits for them. */
  abstract cancelWaiting(reservationId: string, lines: readonly AllocatedLine[]): Promise<void>;
  /** Whether this transaction is the only one that sweeps; never waits. */
  abstract becomeSweeper(): Promise<boolean>;
}
