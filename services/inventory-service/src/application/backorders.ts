import { Injectable } from '@nestjs/common';
import { coverWaiting, skusToCover } from '../domain/backorder.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { ReservationRepository } from './reservation.repository.js';

/** Serves those who wait for units. */
@Injectable()
export class Backorders {
  constructor(private readonly reservations: ReservationRepository) {}

  /**
   * Gives units that are free now to the lines that wait for them, the oldest reservation first: of an open reservation
   * they are set aside, of a sold one they leave the shelf. The status and the lines of those reservations cannot change
   * meanwhile, as the rows of the SKU are locked.
   */
  async cover(sheet: StockSheet): Promise<void> {
    const skus = skusToCover(sheet);
    if (skus.length === 0) return;
    const covered = coverWaiting(sheet, await this.reservations.waitingFor(skus));
    if (covered.length > 0) await this.reservations.cover(covered);
  }
}
