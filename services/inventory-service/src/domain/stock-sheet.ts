import {
  type AllocatedLine,
  levelOf,
  type StockItem,
  type StockLevel,
  type StockMovement,
} from './stock-item.js';

/** What a movement is written down with. */
export type MovementNote = Pick<StockMovement, 'kind' | 'reason' | 'reference' | 'orderId'>;

/** The level of a SKU before and after the changes on a sheet. */
export interface LevelChange {
  readonly before: StockLevel;
  readonly after: StockLevel;
}

type Units = Pick<StockItem, 'onHand' | 'reserved' | 'backordered'>;
type Place = Pick<StockItem, 'sku' | 'warehouseId'>;

/** Units that came for a line that waited for them. */
export interface Coverage {
  readonly sku: string;
  /** The warehouse the line waited at. */
  readonly from: string;
  /** The warehouse that has the units. */
  readonly to: string;
  readonly units: number;
}

interface Entry {
  readonly loaded: StockItem;
  item: StockItem;
}

/**
 * The locked stock rows of some SKUs in every warehouse, and what one transaction does to them. Each change of on-hand
 * writes its movement here too, so ledger and stock cannot part. Units go below zero or reserved above on-hand only by
 * a mistake of the code: then it throws, and the transaction with it.
 */
export class StockSheet {
  readonly movements: StockMovement[] = [];
  readonly #bySku = new Map<string, Entry[]>();
  #totals: ReadonlyMap<string, number>;

  /** @param totals available units of products, as loaded; those of which the total is not known are missing */
  constructor(items: readonly StockItem[], totals: ReadonlyMap<string, number> = new Map()) {
    this.#totals = totals;
    for (const item of items) {
      const entries = this.#bySku.get(item.sku) ?? [];
      entries.push({ loaded: item, item });
      this.#bySku.set(item.sku, entries);
    }
  }

  /** The SKU in each warehouse that has ever had it. */
  items(sku: string): StockItem[] {
    return (this.#bySku.get(sku) ?? []).map(({ item }) => item);
  }

  skus(): string[] {
    return [...this.#bySku.keys()];
  }

  /** The products of the locked rows. */
  productIds(): string[] {
    return [...new Set([...this.#bySku.values()].flat().map(({ item }) => item.productId))];
  }

  /** Says what the products have after they were added up anew, before anything on the sheet is changed. */
  recount(totals: ReadonlyMap<string, number>): void {
    this.#totals = new Map([...this.#totals, ...totals]);
  }

  /** By how much the available units of each product of a changed SKU change; zero too, as its total is announced. */
  productDeltas(): Map<string, number> {
    const deltas = new Map<string, number>();
    const add = (productId: string, units: number) =>
      deltas.set(productId, (deltas.get(productId) ?? 0) + units);
    for (const { before, after } of this.changedLevels()) {
      add(before.productId, -before.available);
      add(after.productId, after.available);
    }
    return deltas;
  }

  /** Available units of those products after the changes; undefined where one of the totals is not known. */
  productTotals(): Map<string, number> | undefined {
    const totals = new Map<string, number>();
    for (const [productId, delta] of this.productDeltas()) {
      const loaded = this.#totals.get(productId);
      if (loaded === undefined) return undefined;
      totals.set(productId, loaded + delta);
    }
    return totals;
  }

  /** Available units at which the SKU is low; undefined: the shop's. */
  lowStockThreshold(sku: string): number | undefined {
    return this.items(sku).find((item) => item.lowStockThreshold !== undefined)?.lowStockThreshold;
  }

  find(sku: string, warehouseId: string): StockItem | undefined {
    return this.#bySku.get(sku)?.find(({ item }) => item.warehouseId === warehouseId)?.item;
  }

  /** Units on the shelves that are not reserved. */
  available(sku: string): number {
    return this.level(sku)?.available ?? 0;
  }

  /** Units that may be ordered: the available ones, and those that may be backordered. */
  orderable(sku: string): number {
    return this.level(sku)?.orderable ?? 0;
  }

  /** Whether so many units of each line are set aside on the shelf, be it for that order or for others. */
  hasSetAside(lines: readonly AllocatedLine[]): boolean {
    return lines.every((line) => {
      const item = this.find(line.sku, line.warehouseId);
      return item !== undefined && item.reserved - item.backordered >= line.quantity;
    });
  }

  /** Sets units aside: available ones, and backordered ones where the line says so. */
  hold(lines: readonly AllocatedLine[]): void {
    for (const line of lines) this.#reserve(line, line.quantity, line.backordered ?? 0);
  }

  /** Gives units that were set aside back. */
  release(lines: readonly AllocatedLine[]): void {
    for (const line of lines) this.#reserve(line, -line.quantity, -(line.backordered ?? 0));
  }

  /** Takes units that were set aside off the shelf; the backordered ones stay reserved, as owed. */
  sell(lines: readonly AllocatedLine[], note: MovementNote): void {
    for (const line of lines) {
      const taken = line.quantity - (line.backordered ?? 0);
      if (taken === 0) continue;
      this.#reserve(line, -taken, 0);
      this.move(line, -taken, note);
    }
  }

  /** Gives backordered units that waited at `from` units on the shelf of `to`: sold ones leave it at once. */
  cover({ sku, from, to, units }: Coverage, note: MovementNote | undefined): void {
    this.#reserve({ sku, warehouseId: from }, -units, -units);
    if (note === undefined) this.#reserve({ sku, warehouseId: to }, units, 0);
    else this.move({ sku, warehouseId: to }, -units, note);
  }

  /** Says how many units of the SKU may be backordered; the SKU is announced anew. */
  allowBackorders(sku: string, limit: number | undefined): void {
    for (const entry of this.#bySku.get(sku) ?? []) {
      entry.item = { ...entry.item, backorderLimit: limit, version: entry.loaded.version + 1 };
    }
  }

  /** Changes on-hand by `delta` and writes it in the ledger. */
  move(place: Place, delta: number, note: MovementNote): void {
    const { sku, warehouseId } = place;
    this.#change(place, (units) => ({ ...units, onHand: units.onHand + delta }));
    const { kind, reason, reference, orderId } = note;
    this.movements.push({ sku, warehouseId, delta, kind, reason, reference, orderId });
  }

  /** Sets reserved units right, and writes units in the ledger that are on the shelf without a movement. */
  reconcile(
    place: Place,
    { unrecorded, ...right }: Pick<StockItem, 'reserved' | 'backordered'> & { unrecorded: number },
    note: MovementNote,
  ): void {
    const { sku, warehouseId } = place;
    this.#change(place, ({ onHand }) => ({ onHand, ...right }));
    if (unrecorded !== 0) this.movements.push({ sku, warehouseId, delta: unrecorded, ...note });
  }

  /** Says which product and variant the SKU belongs to; the last word counts. */
  assign(sku: string, productId: string, variantId: string | undefined): void {
    for (const entry of this.#bySku.get(sku) ?? []) {
      if (entry.item.productId === productId && entry.item.variantId === variantId) continue;
      entry.item = { ...entry.item, productId, variantId, version: entry.loaded.version + 1 };
    }
  }

  /** The items that differ from what was loaded, each one version on. */
  changedItems(): StockItem[] {
    return [...this.#bySku.values()].flat().flatMap(({ loaded, item }) => (item === loaded ? [] : [item]));
  }

  /** The SKUs that have a changed item. */
  changedLevels(): LevelChange[] {
    const changes: LevelChange[] = [];
    for (const entries of this.#bySku.values()) {
      const [first, ...others] = entries;
      if (first === undefined || entries.every(({ loaded, item }) => loaded === item)) continue;
      changes.push({
        before: levelOf([first.loaded, ...others.map(({ loaded }) => loaded)]),
        after: levelOf([first.item, ...others.map(({ item }) => item)]),
      });
    }
    return changes;
  }

  /** Level of a SKU after the changes; undefined when it was never stocked. */
  level(sku: string): StockLevel | undefined {
    const [first, ...others] = this.items(sku);
    return first && levelOf([first, ...others]);
  }

  #reserve(place: Place, units: number, backordered: number): void {
    this.#change(place, (before) => ({
      ...before,
      reserved: before.reserved + units,
      backordered: before.backordered + backordered,
    }));
  }

  #change(place: Place, next: (units: Units) => Units): void {
    const { sku, warehouseId } = place;
    const entry = this.#bySku.get(sku)?.find(({ item }) => item.warehouseId === warehouseId);
    if (entry === undefined) throw new Error(`SKU ${sku} is not on the sheet for warehouse ${warehouseId}`);
    const { onHand, reserved, backordered } = next(entry.item);
    if (reserved < 0) throw new Error(`SKU ${sku} would have ${reserved} reserved units`);
    entry.item = { ...entry.item, onHand, reserved, backordered, version: entry.loaded.version + 1 };
  }
}
