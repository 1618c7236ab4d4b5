import { Injectable } from '@nestjs/common';
import { isCommitRefused, UnitOfWork } from '@vici/database';
import { createEvent, type DomainEvent, EventPublisher } from '@vici/events';
import { Metrics } from '@vici/utils';
import { DomainError } from '@vici/utils/domain';
import type { StockLevel } from '../domain/stock-item.js';
import { type LevelChange, StockSheet } from '../domain/stock-sheet.js';
import { signalsOf } from '../domain/stock-signals.js';
import { Backorders } from './backorders.js';
import { InventorySettings } from './inventory.settings.js';
import { type LockedHeldStock, StockRepository } from './stock.repository.js';

/** Each new start has locked what the one before found missing; one that needs more gives up. */
const MAX_STARTS = 8;

/** The transaction must start over, with these SKUs locked too: locks are taken once, in one order. */
export class StartOver extends Error {
  override readonly name = 'StartOver';

  constructor(readonly skus: readonly string[]) {
    super('The stock transaction must start over');
  }
}

/** Which SKUs a piece of work starts with, and the reason its changes are announced with. */
export interface StockWork<T> {
  readonly reason: string;
  /** Runs first in the transaction; gives the SKUs to lock. */
  prepare?(): Promise<readonly string[]>;
  /** Products that SKUs may come to belong to: their totals are locked too. */
  readonly productIds?: readonly string[];
  /** Orders that are likely to have had no reservation. */
  readonly newOrders?: readonly string[];
  /** An order: the SKUs of its newest reservation are locked too. */
  readonly heldBy?: string;
  /** Runs with the SKUs locked; what it does to the sheet is written and announced. May throw {@link StartOver}. */
  execute(sheet: StockSheet, found: Found): Promise<T>;
}

/**
 * What was found while the rows were locked. Whoever decides on it must have the commit find out whether it still holds;
 * if it is refused, the work is done anew, and finds neither.
 */
export type Found = Pick<LockedHeldStock, 'newOrdersAt' | 'held'>;

const NOTHING_FOUND: Found = { newOrdersAt: undefined, held: undefined };
const NOTHING_LOCKED: LockedHeldStock = { ...NOTHING_FOUND, items: [], totals: new Map() };

/**
 * Runs changes of stock. Every transaction of this service takes its locks in this order, so no two can wait for each
 * other: (1) the reference of the change, (2) stock rows by (sku, warehouse), (3) the totals of their products by product
 * id, (4) reservations by id. The status of a reservation changes only while all stock rows it holds are locked.
 */
@Injectable()
export class StockTransaction {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: StockRepository,
    private readonly backorders: Backorders,
    private readonly events: EventPublisher,
    private readonly settings: InventorySettings,
    private readonly metrics: Metrics,
  ) {}

  /** @throws DomainError SERVICE_UNAVAILABLE when other transactions keep changing what this one needs to lock */
  async run<T>(work: StockWork<T>): Promise<T> {
    const alsoLocked = new Set<string>();
    let trusting = true;
    for (let start = 1; ; start += 1) {
      try {
        const { result, stockOuts } = await this.unitOfWork.transaction(() =>
          this.attempt(work, alsoLocked, trusting),
        );
        if (stockOuts > 0) this.countStockOuts(stockOuts);
        return result;
      } catch (error) {
        const refused = isCommitRefused(error);
        if (!refused && !(error instanceof StartOver)) throw error;
        if (start === MAX_STARTS) {
          throw new DomainError('SERVICE_UNAVAILABLE', 'The stock is too busy.', undefined, { cause: error });
        }
        if (error instanceof StartOver) for (const sku of error.skus) alsoLocked.add(sku);
        else trusting = false;
      }
    }
  }

  private async attempt<T>(
    work: StockWork<T>,
    alsoLocked: ReadonlySet<string>,
    trusting: boolean,
  ): Promise<Attempt<T>> {
    const skus = new Set([...((await work.prepare?.()) ?? []), ...alsoLocked]);
    const locked = await this.lock([...skus], work);
    const sheet = new StockSheet(locked.items, locked.totals);
    const result = await work.execute(sheet, trusting ? locked : NOTHING_FOUND);
    await this.backorders.cover(sheet);
    const changes = sheet.changedLevels();
    let stockOuts = 0;
    if (changes.length > 0) {
      const productAvailable = await this.stock.save(sheet);
      // The product totals are locked, so the events of one product are in the order of its changes.
      const events = changes.flatMap((change) => {
        const threshold = sheet.lowStockThreshold(change.after.sku) ?? this.settings.lowStockThreshold;
        const total = productAvailable.get(change.after.productId) ?? 0;
        return announcementsOf(change, work.reason, { threshold, productAvailable: total });
      });
      await this.events.publish(...events);
      stockOuts = events.filter(({ type }) => type === 'stock.depleted').length;
    }
    return { result, stockOuts };
  }

  private async lock(
    skus: readonly string[],
    { heldBy, productIds, newOrders }: StockWork<unknown>,
  ): Promise<LockedHeldStock> {
    if (heldBy !== undefined) return await this.stock.lockHeld(heldBy, skus);
    if (skus.length === 0) return NOTHING_LOCKED;
    return { ...(await this.stock.lock({ skus, productIds, orderIds: newOrders })), held: undefined };
  }

  private countStockOuts(count: number): void {
    this.metrics
      .counter('inventory_stock_outs_total', 'Times the last available unit of a SKU went')
      .inc(count);
  }
}

/** What came of a transaction, to be counted once it is committed. */
interface Attempt<T> {
  readonly result: T;
  readonly stockOuts: number;
}

function announcementsOf(
  change: LevelChange,
  reason: string,
  { threshold, productAvailable }: { threshold: number; productAvailable: number },
): DomainEvent[] {
  const { after } = change;
  const data = { ...stockData(after), productAvailable };
  const subject = after.productId;
  const changed = createEvent('stock.changed', { subject, data: { ...data, reason } });
  const signals = signalsOf(change, threshold).map((type) =>
    type === 'stock.low'
      ? createEvent(type, { subject, data: { ...data, threshold } })
      : createEvent(type, { subject, data }),
  );
  return [changed, ...signals];
}

function stockData({ variantId, backorderLimit: _, ...level }: StockLevel) {
  return { ...level, ...(variantId !== undefined && { variantId }) };
}
