import { Injectable } from '@nestjs/common';
import { createEvent, EventPublisher } from '@vici/events';
import type { Reservation } from '../domain/reservation.js';
import type { Demand } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { ReservationRepository } from './reservation.repository.js';
import { StartOver } from './stock-transaction.js';

/** Reservations expired at once to serve somebody else. */
const RECLAIM_BATCH = 100;

/** Takes the units of lapsed reservations back. */
@Injectable()
export class LapsedReservations {
  constructor(
    private readonly reservations: ReservationRepository,
    private readonly events: EventPublisher,
  ) {}

  /**
   * Expires lapsed reservations of short SKUs until none is short or none is lapsed, so that a reservation counts as
   * free the moment it lapses, swept or not.
   * @param shortages what is short, as the sheet stands
   * @returns what is still short
   * @throws StartOver when a lapsed reservation also holds SKUs that are not locked
   */
  async reclaim<S extends Pick<Demand, 'sku'>>(
    sheet: StockSheet,
    shortages: () => readonly S[],
  ): Promise<readonly S[]> {
    let short = shortages();
    while (short.length > 0) {
      const lapsed = await this.reservations.lockLapsedHolding(
        short.map(({ sku }) => sku),
        RECLAIM_BATCH,
      );
      if (lapsed.length === 0) break;
      await this.expire(sheet, lapsed);
      short = shortages();
    }
    return short;
  }

  /**
   * Ends locked, lapsed reservations and puts their units back on the sheet.
   * @throws StartOver when one of them holds SKUs that are not locked
   */
  async expire(sheet: StockSheet, lapsed: readonly Reservation[]): Promise<void> {
    requireLocked(sheet, lapsed);
    for (const reservation of lapsed) sheet.release(reservation.lines);
    await this.reservations.setStatus(
      lapsed.map(({ id }) => id),
      'EXPIRED',
    );
    await this.events.publish(
      ...lapsed.map(({ id, orderId, expiresAt }) =>
        createEvent('reservation.expired', {
          subject: orderId,
          data: { reservationId: id, orderId, expiredAt: expiresAt.toISOString() },
        }),
      ),
    );
  }
}

/** @throws StartOver unless the stock rows of every line are locked */
export function requireLocked(sheet: StockSheet, reservations: readonly Reservation[]): void {
  const lines = reservations.flatMap((reservation) => reservation.lines);
  if (lines.some(({ sku, warehouseId }) => sheet.find(sku, warehouseId) === undefined)) {
    throw new StartOver(lines.map(({ sku }) => sku));
  }
}
