import { Injectable } from '@nestjs/common';
import { DomainError, deterministicId, notFound } from '@vici/utils/domain';
import type { Reservation } from '../domain/reservation.js';
import { type AllocatedLine, type Demand, mergeDemand, type StockLevel } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { requireLocked } from './lapsed-reservations.js';
import { ReservationRepository } from './reservation.repository.js';
import { StockRepository } from './stock.repository.js';
import { StockTransaction } from './stock-transaction.js';

/** Sold units that come back. */
export interface RestockCommand {
  readonly orderId: string;
  readonly lines: readonly Demand[];
  readonly reference: string;
  readonly reason: string;
}

/** Puts units of a committed order back on the shelf they were taken from. */
@Injectable()
export class Restock {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly reservations: ReservationRepository,
    private readonly stock: StockRepository,
  ) {}

  /**
   * Idempotent by reference.
   * @throws DomainError NOT_FOUND, INVALID_TRANSITION when the order's units were not sold, LIMIT_EXCEEDED past what
   * was sold and has not come back, IDEMPOTENCY_KEY_REUSED
   */
  async execute(command: RestockCommand): Promise<StockLevel[]> {
    const demand = mergeDemand(command.lines);
    const fingerprint = deterministicId('restock', command.orderId, JSON.stringify(demand));
    let isNew = false;
    await this.transaction.run({
      reason: command.reason,
      prepare: async () => {
        isNew = await this.stock.claimReference(command.reference, fingerprint);
        const sold = isNew ? await this.reservations.findLatest(command.orderId) : undefined;
        return sold?.lines.map(({ sku }) => sku) ?? [];
      },
      execute: async (sheet) => {
        if (isNew) await this.putBack(sheet, demand, command);
      },
    });
    return await this.stock.levels(demand.map(({ sku }) => sku));
  }

  private async putBack(
    sheet: StockSheet,
    demand: readonly Demand[],
    { orderId, reason, reference }: RestockCommand,
  ): Promise<void> {
    const sold = await this.reservations.lockLatest(orderId);
    if (sold === undefined) throw notFound('reservation', orderId);
    if (sold.status !== 'COMMITTED') {
      throw new DomainError('INVALID_TRANSITION', 'Only sold units can come back.', { status: sold.status });
    }
    requireLocked(sheet, [sold]);
    const shelves = await this.stillSold(sold);
    const note = { kind: 'RESTOCK' as const, reason, reference, orderId };
    for (const { sku, quantity } of demand) {
      const places = shelves.filter((shelf) => shelf.sku === sku);
      const owed = sold.lines.filter((line) => line.sku === sku);
      assertSold({ sku, quantity }, [
        ...places,
        ...owed.map((line) => ({ sku, quantity: line.backordered ?? 0 })),
      ]);
      // Units that never came are no longer owed; only what left a shelf goes back on it.
      let left = await this.cancelOwed(sheet, sold.id, owed, quantity);
      for (const place of places) {
        const back = Math.min(left, place.quantity);
        if (back > 0) sheet.move(place, back, note);
        left -= back;
      }
    }
  }

  /** @returns how many of the units are left to put back */
  private async cancelOwed(
    sheet: StockSheet,
    reservationId: string,
    owed: readonly AllocatedLine[],
    quantity: number,
  ): Promise<number> {
    let left = quantity;
    const cancelled: AllocatedLine[] = [];
    for (const { sku, warehouseId, backordered = 0 } of owed) {
      const units = Math.min(left, backordered);
      if (units > 0) cancelled.push({ sku, warehouseId, quantity: units, backordered: units });
      left -= units;
    }
    sheet.release(cancelled);
    if (cancelled.length > 0) await this.reservations.cancelWaiting(reservationId, cancelled);
    return left;
  }

  /** What was taken off the shelves and has not come back, by SKU and warehouse. */
  private async stillSold({ orderId, lines }: Reservation) {
    const back = await this.stock.restocked(orderId);
    return lines.map(({ sku, warehouseId, quantity, backordered = 0 }) => {
      const returned = back.find((place) => place.sku === sku && place.warehouseId === warehouseId);
      return { sku, warehouseId, quantity: quantity - backordered - (returned?.quantity ?? 0) };
    });
  }
}

function assertSold({ sku, quantity }: Demand, places: readonly Demand[]): void {
  const remaining = places.reduce((sum, place) => sum + place.quantity, 0);
  if (quantity > remaining) {
    throw new DomainError('LIMIT_EXCEEDED', 'More units would come back than were sold.', {
      sku,
      requested: quantity,
      remaining,
    });
  }
}
