import { Injectable } from '@nestjs/common';
import { LapsedReservations } from './lapsed-reservations.js';
import { ReservationRepository } from './reservation.repository.js';
import { StockTransaction } from './stock-transaction.js';

/** How many reservations one sweep ends at most. */
export const SWEEP_BATCH = 100;

/** Ends the reservations whose time is over. */
@Injectable()
export class ExpireReservations {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly reservations: ReservationRepository,
    private readonly lapsed: LapsedReservations,
  ) {}

  /**
   * One batch, the longest lapsed first; nothing while another replica sweeps.
   * @returns how many were ended
   */
  async execute(): Promise<number> {
    let candidates: readonly string[] = [];
    return await this.transaction.run({
      reason: 'expired',
      prepare: async () => {
        const found = (await this.reservations.becomeSweeper())
          ? await this.reservations.findLapsed(SWEEP_BATCH)
          : [];
        candidates = found.map(({ id }) => id);
        return found.flatMap(({ lines }) => lines.map(({ sku }) => sku));
      },
      execute: async (sheet) => {
        if (candidates.length === 0) return 0;
        const lapsed = await this.reservations.lockLapsed(candidates);
        if (lapsed.length > 0) await this.lapsed.expire(sheet, lapsed);
        return lapsed.length;
      },
    });
  }
}
