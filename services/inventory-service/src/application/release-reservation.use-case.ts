import { Injectable } from '@nestjs/common';
import { reservationLife } from '../domain/reservation.js';
import { requireLocked } from './lapsed-reservations.js';
import { ReservationRepository } from './reservation.repository.js';
import { StockTransaction } from './stock-transaction.js';

/** Gives the reserved units of an order back. */
@Injectable()
export class ReleaseReservation {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly reservations: ReservationRepository,
  ) {}

  /**
   * Idempotent; an order that never reserved has nothing to give back.
   * @throws DomainError INVALID_TRANSITION when the units are sold: they come back by a restock
   */
  async execute(orderId: string): Promise<void> {
    await this.transaction.run({
      reason: 'released',
      heldBy: orderId,
      execute: async (sheet) => {
        const latest = await this.reservations.closeLatest(orderId, 'RELEASED');
        if (latest === undefined || latest.status === 'RELEASED' || latest.status === 'EXPIRED') return;
        requireLocked(sheet, [latest]);
        reservationLife.assert(latest.status, 'RELEASED');
        sheet.release(latest.lines);
      },
    });
  }
}
