import { Injectable } from '@nestjs/common';
import { checkpoint, DomainError, newId } from '@vici/utils/domain';
import { AllocationPolicy } from '../domain/allocation-policy.js';
import { holds, insufficientStock, type Reservation, shortagesOf } from '../domain/reservation.js';
import { type AllocatedLine, type Demand, mergeDemand } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { InventorySettings } from './inventory.settings.js';
import { LapsedReservations } from './lapsed-reservations.js';
import { type Outlook, ReservationRepository } from './reservation.repository.js';
import { StartOver, StockTransaction } from './stock-transaction.js';

/** What is to be set aside, for how long. */
export interface ReserveCommand {
  readonly orderId: string;
  readonly lines: readonly Demand[];
  /** The shop's default where it is missing. */
  readonly ttlSeconds: number | undefined;
}

/** Sets units aside for an order: all lines or none. */
@Injectable()
export class ReserveStock {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly reservations: ReservationRepository,
    private readonly lapsed: LapsedReservations,
    private readonly policy: AllocationPolicy,
    private readonly settings: InventorySettings,
  ) {}

  /**
   * Idempotent by order: an ACTIVE reservation of the same lines is extended and returned, a COMMITTED one returned;
   * after a RELEASED or EXPIRED one a new one is made.
   * @throws DomainError INSUFFICIENT_STOCK with every short line; CONFLICT when the order holds other lines
   */
  async execute({ orderId, lines, ttlSeconds }: ReserveCommand): Promise<Reservation> {
    const demand = mergeDemand(lines);
    const ttl = ttlSeconds ?? this.settings.reservationTtlSeconds;
    const skus = demand.map(({ sku }) => sku);
    let outlook: Outlook | undefined;
    return await this.transaction.run({
      reason: 'reserved',
      prepare: async () => {
        outlook = await this.reservations.outlook(orderId, skus);
        if (outlook.live) return [];
        assertEnough(demand, outlook.available);
        return skus;
      },
      execute: async (sheet) => {
        await checkpoint('inventory.stock-locked');
        if (outlook?.live === true) return await this.repeat(orderId, demand, ttl);
        return await this.reserve(sheet, orderId, demand, { attempt: (outlook?.attempt ?? 0) + 1, ttl });
      },
    });
  }

  private async repeat(orderId: string, demand: readonly Demand[], ttl: number): Promise<Reservation> {
    const latest = await this.reservations.findLatest(orderId);
    if (latest?.status === 'COMMITTED') return latest;
    if (latest?.status !== 'ACTIVE') throw new StartOver([]);
    if (!holds(latest, demand)) {
      throw new DomainError('CONFLICT', 'The order holds a reservation of other lines.', {
        reservationId: latest.id,
      });
    }
    const expiresAt = await this.reservations.extend(latest.id, ttl);
    // It ended between the two statements.
    if (expiresAt === undefined) throw new StartOver([]);
    return { ...latest, expiresAt };
  }

  private async reserve(
    sheet: StockSheet,
    orderId: string,
    demand: readonly Demand[],
    { attempt, ttl }: { attempt: number; ttl: number },
  ): Promise<Reservation> {
    const short = await this.lapsed.reclaim(sheet, () => shortagesOf(demand, (sku) => sheet.available(sku)));
    if (short.length > 0) throw insufficientStock(short);
    const allocated = this.policy.allocate(demand, (sku) => sheet.items(sku));
    sheet.hold(allocated);
    const made = { id: newId<'Reservation'>(), orderId, attempt, status: 'ACTIVE' as const };
    const expiresAt = await this.reservations.create({ ...made, ttlSeconds: ttl, lines: allocated });
    // The order made another reservation since the outlook.
    if (expiresAt === undefined) throw new StartOver([]);
    return { ...made, expiresAt, lines: withProducts(sheet, allocated) };
  }
}

/** A look without a lock spares the queue for a SKU that is gone: the answer was true a moment ago. */
function assertEnough(demand: readonly Demand[], available: ReadonlyMap<string, number>): void {
  const short = shortagesOf(demand, (sku) => available.get(sku) ?? 0);
  if (short.length > 0) throw insufficientStock(short);
}

/** The lines with the product each SKU belongs to. */
export function withProducts(sheet: StockSheet, lines: readonly AllocatedLine[]): Reservation['lines'] {
  return lines.map((line) => {
    const item = sheet.find(line.sku, line.warehouseId);
    if (item === undefined) throw new Error(`SKU ${line.sku} was allocated where it is not stocked`);
    return { ...line, productId: item.productId, variantId: item.variantId };
  });
}
