import { Injectable } from '@nestjs/common';
import { DomainError, newId, notFound } from '@vici/utils/domain';
import { AllocationPolicy } from '../domain/allocation-policy.js';
import { allocate } from '../domain/backorder.js';
import { isUnchanging, type Reservation, reservationLife, shortagesOf } from '../domain/reservation.js';
import { type AllocatedLine, mergeDemand } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { LapsedReservations, requireLocked } from './lapsed-reservations.js';
import { ReservationRepository } from './reservation.repository.js';
import { withProducts } from './reserve-stock.use-case.js';
import { StartOver, StockTransaction } from './stock-transaction.js';

/** Takes the reserved units of an order out of stock for good. */
@Injectable()
export class CommitReservation {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly reservations: ReservationRepository,
    private readonly lapsed: LapsedReservations,
    private readonly policy: AllocationPolicy,
  ) {}

  /**
   * Idempotent. A reservation that lapsed is committed where its units are still held or can be had again.
   * @throws DomainError NOT_FOUND, RESERVATION_EXPIRED, INVALID_TRANSITION for a released reservation
   */
  async execute(orderId: string): Promise<Reservation> {
    return await this.transaction.run({
      reason: 'sold',
      heldBy: orderId,
      execute: async (sheet, { held }) => {
        if (held !== undefined && isUnchanging(held) && sheet.hasSetAside(held.lines))
          return await this.sellAsRead(sheet, held);
        const latest = await this.reservations.closeLatest(orderId, 'COMMITTED');
        if (latest === undefined) throw notFound('reservation', orderId);
        requireLocked(sheet, [latest]);
        if (latest.status === 'COMMITTED') return latest;
        if (latest.status === 'EXPIRED') return await this.takeAgain(sheet, latest);
        reservationLife.assert(latest.status, 'COMMITTED');
        sell(sheet, orderId, latest.lines);
        return { ...latest, status: 'COMMITTED' };
      },
    });
  }

  /** The reservation may have ended between its reading and the locks: then its units are others', and the commit is refused. */
  private async sellAsRead(sheet: StockSheet, held: Reservation): Promise<Reservation> {
    await this.reservations.closeWithCommit(held.id, 'COMMITTED');
    sell(sheet, held.orderId, held.lines);
    return { ...held, status: 'COMMITTED' };
  }

  /** The units went back on the shelf when the time was over: the sale takes what is there now, from any warehouse. */
  private async takeAgain(sheet: StockSheet, expired: Reservation): Promise<Reservation> {
    const { orderId } = expired;
    const demand = mergeDemand(expired.lines);
    const short = await this.lapsed.reclaim(sheet, () => shortagesOf(demand, (sku) => sheet.orderable(sku)));
    if (short.length > 0) {
      throw new DomainError('RESERVATION_EXPIRED', 'The reservation expired and its units are gone.', {
        orderId,
        lines: short,
      });
    }
    const allocated = allocate(this.policy, demand, sheet);
    sheet.hold(allocated);
    sell(sheet, orderId, allocated);
    const committed = {
      id: newId<'Reservation'>(),
      orderId,
      status: 'COMMITTED' as const,
      lines: withProducts(sheet, allocated),
    };
    const written = (await this.reservations.create([{ ...committed, ttlSeconds: 0 }])).get(committed.id);
    if (written === undefined) throw new StartOver([]);
    return { ...committed, ...written };
  }
}

function sell(sheet: StockSheet, orderId: string, lines: readonly AllocatedLine[]): void {
  sheet.sell(lines, { kind: 'SALE', reason: 'sold', reference: undefined, orderId });
}
