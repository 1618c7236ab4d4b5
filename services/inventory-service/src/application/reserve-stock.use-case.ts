import { Injectable } from '@nestjs/common';
import { checkpoint, DomainError, newId } from '@vici/utils/domain';
import { AllocationPolicy } from '../domain/allocation-policy.js';
import { allocate } from '../domain/backorder.js';
import {
  holds,
  insufficientStock,
  type Reservation,
  type Shortage,
  shortagesOf,
} from '../domain/reservation.js';
import { type AllocatedLine, type Demand, mergeDemand } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { InventorySettings } from './inventory.settings.js';
import { LapsedReservations } from './lapsed-reservations.js';
import { OrderLanes, type Outcome } from './order-lanes.js';
import { type NewReservation, type Outlook, ReservationRepository } from './reservation.repository.js';
import { ScarceSkus } from './scarce-skus.js';
import { type Found, StartOver, StockTransaction } from './stock-transaction.js';

/** What is to be set aside, for how long. */
export interface ReserveCommand {
  readonly orderId: string;
  readonly lines: readonly Demand[];
  /** The shop's default where it is missing. */
  readonly ttlSeconds: number | undefined;
}

/** An order as the lanes serve it. */
interface Wanted {
  readonly orderId: string;
  /** One line a SKU. */
  readonly demand: readonly Demand[];
  readonly ttlSeconds: number;
}

/** The order has a reservation already. */
const LIVE = 'live';
type Served = Outcome<Reservation | typeof LIVE>;

/** Groups at once: enough that a SKU somebody holds does not stop the others. */
const LANES = 4;
const MOST_ORDERS_TOGETHER = 64;
/** An order whose reservation ends while it is looked at asks anew. */
const MAX_LOOKS = 8;

/** Sets units aside for an order: all lines or none. Orders that come at once are served together, each for itself. */
@Injectable()
export class ReserveStock {
  private readonly lanes = new OrderLanes<Wanted, Reservation | typeof LIVE>((group) => this.serve(group), {
    lanes: LANES,
    group: MOST_ORDERS_TOGETHER,
  });

  private readonly scarce = new ScarceSkus();

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
    const wanted = {
      orderId,
      demand: mergeDemand(lines),
      ttlSeconds: ttlSeconds ?? this.settings.reservationTtlSeconds,
    };
    for (let look = 1; look <= MAX_LOOKS; look += 1) {
      const made = await this.lanes.take(wanted);
      const reservation = made === LIVE ? await this.repeat(wanted) : made;
      if (reservation !== undefined) return reservation;
    }
    throw new DomainError('SERVICE_UNAVAILABLE', 'The reservation of this order keeps changing.');
  }

  /** The reservation the order has, if it still has it. */
  private async repeat({ orderId, demand, ttlSeconds }: Wanted): Promise<Reservation | undefined> {
    const latest = await this.reservations.findLatest(orderId);
    if (latest?.status === 'COMMITTED') return latest;
    if (latest?.status !== 'ACTIVE') return undefined;
    if (!holds(latest, demand)) {
      throw new DomainError('CONFLICT', 'The order holds a reservation of other lines.', {
        reservationId: latest.id,
      });
    }
    const expiresAt = await this.reservations.extend(latest.id, ttlSeconds);
    return expiresAt && { ...latest, expiresAt };
  }

  /** Locks at once, where units are likely to be there and the orders to be new; what is found otherwise is looked at first. */
  private async serve(group: readonly Wanted[]): Promise<Served[]> {
    let look = this.scarce.hasAny(skusOf(group));
    let served: (Served | undefined)[] = [];
    return await this.transaction.run({
      reason: 'reserved',
      prepare: async () => {
        const outlook = look ? await this.look(group) : undefined;
        served = group.map((wanted) => outlook && this.refusedUnlocked(wanted, outlook));
        return skusOf(group.filter((_, index) => served[index] === undefined));
      },
      newOrders: group.map(({ orderId }) => orderId),
      execute: async (sheet, found) => {
        await checkpoint('inventory.stock-locked');
        const left = group.filter((_, index) => served[index] === undefined);
        if (!look) {
          look = true;
          this.requireEnough(sheet, left);
        }
        const made = await this.reserve(sheet, left, found);
        return group.map((wanted, index) => served[index] ?? outcomeOf(wanted, made));
      },
    });
  }

  /**
   * Where units are short an order may be short because it has them itself.
   * @throws StartOver unless there are enough for the whole group
   */
  private requireEnough(sheet: StockSheet, group: readonly Wanted[]): void {
    const demand = mergeDemand(group.flatMap((wanted) => wanted.demand));
    const short = shortagesOf(demand, (sku) => sheet.orderable(sku));
    if (short.length === 0) return;
    this.scarce.add(short.map(({ sku }) => sku));
    throw new StartOver([]);
  }

  private async look(group: readonly Wanted[]): Promise<Outlook> {
    return await this.reservations.outlook(
      group.map(({ orderId }) => orderId),
      skusOf(group),
    );
  }

  /** A look without a lock spares the queue for a SKU that is gone: the answer was true a moment ago. */
  private refusedUnlocked({ orderId, demand }: Wanted, outlook: Outlook): Served | undefined {
    if (outlook.live.has(orderId)) return { result: LIVE };
    const short = shortagesOf(demand, (sku) => outlook.orderable.get(sku) ?? 0);
    return short.length === 0 ? undefined : this.refused(short);
  }

  private refused(short: readonly Shortage[]): Served {
    this.scarce.add(short.map(({ sku }) => sku));
    return { error: insufficientStock(short) };
  }

  private async reserve(
    sheet: StockSheet,
    group: readonly Wanted[],
    found: Found,
  ): Promise<Map<string, Served>> {
    const demand = mergeDemand(group.flatMap((wanted) => wanted.demand));
    await this.lapsed.reclaim(sheet, () => shortagesOf(demand, (sku) => sheet.orderable(sku)));
    const outcomes = new Map<string, Served>();
    const made: NewReservation[] = [];
    for (const { orderId, demand, ttlSeconds } of group) {
      const short = shortagesOf(demand, (sku) => sheet.orderable(sku));
      if (short.length > 0) {
        outcomes.set(orderId, this.refused(short));
        continue;
      }
      const lines = allocate(this.policy, demand, sheet);
      sheet.hold(lines);
      made.push({ id: newId<'Reservation'>(), orderId, status: 'ACTIVE', ttlSeconds, lines });
    }
    const written = made.length === 0 ? new Map() : await this.create(made, found);
    for (const { ttlSeconds: _, ...reservation } of made) {
      const known = written.get(reservation.id);
      // The order has a reservation, or made one since it was looked at.
      if (known === undefined) throw new StartOver([]);
      const lines = withProducts(sheet, reservation.lines);
      outcomes.set(reservation.orderId, { result: { ...reservation, ...known, lines } });
    }
    return outcomes;
  }

  private async create(made: readonly NewReservation[], { newOrdersAt }: Found) {
    return newOrdersAt === undefined
      ? await this.reservations.create(made)
      : await this.reservations.createFirst(made, newOrdersAt);
  }
}

function skusOf(group: readonly Wanted[]): string[] {
  return [...new Set(group.flatMap(({ demand }) => demand.map(({ sku }) => sku)))];
}

function outcomeOf({ orderId }: Wanted, made: ReadonlyMap<string, Served>): Served {
  const outcome = made.get(orderId);
  if (outcome === undefined) throw new Error(`Order ${orderId} was left out of its group`);
  return outcome;
}

/** The lines with the product each SKU belongs to. */
export function withProducts(sheet: StockSheet, lines: readonly AllocatedLine[]): Reservation['lines'] {
  return lines.map((line) => {
    const item = sheet.find(line.sku, line.warehouseId);
    if (item === undefined) throw new Error(`SKU ${line.sku} was allocated where it is not stocked`);
    return { ...line, productId: item.productId, variantId: item.variantId };
  });
}
