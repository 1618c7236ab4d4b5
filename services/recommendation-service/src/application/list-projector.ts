import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Logger } from '@vici/utils';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { ListAuthority } from './list-authority.js';
import { ListStore, type ListWrite } from './list-store.js';
import { ListWrites } from './list-writes.js';
import { LoopSlices } from './loop-slices.js';
import { SerialLane } from './serial-lane.js';

const TICK_MS = 1_000;
/** Products are rewritten in portions, so that fresh changes are not stuck behind a rebuild. */
const PRODUCTS_PER_PORTION = 25;
const PRODUCTS_PER_TICK = 400;
const PRODUCTS_PER_BUSY_TICK = 100;
/** A product in demand is not written again before so long; what came or went is. */
const PRODUCT_REST_MS = 3_000;
const HASHES_PER_TICK = 1_000;
const KEEP_HASH_MS = 20 * 60_000;
const GLOBAL_LISTS_MS = 5_000;
/** Lists that nothing changed are written again before their time to live ends. */
const REFRESH_TRENDING_MS = 10 * 60_000;
const REFRESH_CATALOGUE_MS = 40 * 60_000;
const WRITES_PER_TRIP = 16;
/** So many of the products most like a changed one get their lists anew. */
const NEIGHBOURS_TOUCHED = 50;

/** What has changed since the lists in Redis were last written. */
export interface TouchedProducts {
  readonly products?: Iterable<string>;
  /** Products that are not what they were: the lists of those like them change, too. */
  readonly changedProducts?: Iterable<string>;
}

/**
 * Keeps the lists of products and of the whole shop in Redis in step with the index. What is touched stays marked until
 * it is written, so a Redis that is away for a while misses nothing; after a restart everything is marked again.
 */
@Injectable()
export class ListProjector implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #products = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #hashes = new Set<string>();
  readonly #productWrittenAt = new Map<string, number>();
  readonly #hashWrittenAt = new Map<string, number>();
  readonly #productLane = new SerialLane();
  #trendsChanged = true;
  #catalogueChanged = true;
  #trendsWrittenAt = 0;
  #catalogueWrittenAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  /** Whether shoppers did something since the last tick. */
  #eventful = false;

  constructor(
    private readonly index: RecommendationIndex,
    private readonly writes: ListWrites,
    private readonly store: ListStore,
    private readonly authority: ListAuthority,
    private readonly slices: LoopSlices,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.authority.writes) this.#timer = setInterval(() => this.#startTick(), TICK_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
  }

  touch({ products = [], changedProducts = [] }: TouchedProducts): void {
    if (!this.authority.writes) return;
    for (const id of products) this.#products.add(id);
    for (const id of changedProducts) {
      this.#products.add(id);
      this.#changed.add(id);
    }
  }

  /** The shortened product is to be written again, its lists are not. */
  touchHash(productId: string): void {
    if (this.authority.writes) this.#hashes.add(productId);
  }

  /** Has the shortened product written again when its time to live may end before long. */
  keepHash(productId: string): void {
    const writtenAt = this.#hashWrittenAt.get(productId) ?? 0;
    if (this.clock.now().getTime() - writtenAt > KEEP_HASH_MS) this.touchHash(productId);
  }

  trendsChanged(): void {
    this.#eventful = true;
    this.#trendsChanged = true;
  }

  /** Popularity or the set of products has changed. */
  catalogueChanged(): void {
    this.#catalogueChanged = true;
  }

  /** Marks everything; it is written portion by portion. */
  rebuild(): void {
    this.touch({ products: [...this.index.catalogue.products()].map(({ id }) => id) });
    this.#trendsChanged = true;
    this.#catalogueChanged = true;
  }

  /**
   * Writes the lists of up to `limit` touched products.
   * @throws what the store throws; what was touched stays so
   */
  async flushProducts(limit: number): Promise<void> {
    for (let left = limit; left > 0 && this.#products.size > 0; left -= PRODUCTS_PER_PORTION) {
      await this.#productLane.run(() => this.#flushPortion(Math.min(left, PRODUCTS_PER_PORTION)));
    }
  }

  async #flushPortion(limit: number): Promise<void> {
    const { milliseconds } = this.#now();
    const products = taken(this.#products, limit, (id) => this.#isDue(id, milliseconds));
    try {
      const writes: ListWrite[] = [];
      await this.slices.each(products, (id) => writes.push(...this.#productWrites(id, milliseconds)));
      await this.#write(writes);
      for (const id of products) this.#productWrittenAt.set(id, milliseconds);
    } catch (error) {
      this.touch({ products });
      throw error;
    }
  }

  #isDue(id: string, now: number): boolean {
    return this.#changed.has(id) || now - (this.#productWrittenAt.get(id) ?? 0) >= PRODUCT_REST_MS;
  }

  async #flushHashes(): Promise<void> {
    const ids = taken(this.#hashes, HASHES_PER_TICK);
    try {
      await this.#write(ids.flatMap((id) => this.writes.productHash(id)));
      const { milliseconds } = this.#now();
      for (const id of ids) this.#hashWrittenAt.set(id, milliseconds);
    } catch (error) {
      for (const id of ids) this.#hashes.add(id);
      throw error;
    }
  }

  #productWrites(id: string, now: number): ListWrite[] {
    const { writes, similar } = this.writes.forProduct(id, now);
    if (this.#changed.delete(id)) this.touch({ products: similar.slice(0, NEIGHBOURS_TOUCHED) });
    return writes;
  }

  async #flushTrends(): Promise<void> {
    const { milliseconds } = this.#now();
    const age = milliseconds - this.#trendsWrittenAt;
    if (age < (this.#trendsChanged ? GLOBAL_LISTS_MS : REFRESH_TRENDING_MS)) return;
    this.#trendsChanged = false;
    try {
      await this.#writeInSlices(this.writes.trending(milliseconds));
      this.#trendsWrittenAt = milliseconds;
    } catch (error) {
      this.#trendsChanged = true;
      throw error;
    }
  }

  async #flushCatalogue(): Promise<void> {
    const { milliseconds } = this.#now();
    const age = milliseconds - this.#catalogueWrittenAt;
    if (age < (this.#catalogueChanged ? GLOBAL_LISTS_MS : REFRESH_CATALOGUE_MS)) return;
    this.#catalogueChanged = false;
    try {
      await this.#writeInSlices(this.writes.catalogueLists());
      this.#catalogueWrittenAt = milliseconds;
    } catch (error) {
      this.#catalogueChanged = true;
      throw error;
    }
  }

  #startTick(): void {
    this.#ticking ??= this.#tick().finally(() => {
      this.#ticking = undefined;
    });
  }

  async #tick(): Promise<void> {
    try {
      await this.#flushTrends();
      await this.#flushCatalogue();
      await this.#flushHashes();
      await this.flushProducts(this.#eventful ? PRODUCTS_PER_BUSY_TICK : PRODUCTS_PER_TICK);
      this.#eventful = false;
    } catch (error) {
      this.logger.warn('Recommendation lists not written; they stay marked', { error });
    }
  }

  async #writeInSlices(lists: Iterable<ListWrite>): Promise<void> {
    const writes: ListWrite[] = [];
    await this.slices.each(lists, (write) => writes.push(write));
    await this.#write(writes);
  }

  async #write(writes: readonly ListWrite[]): Promise<void> {
    for (let from = 0; from < writes.length; from += WRITES_PER_TRIP) {
      await this.store.write(writes.slice(from, from + WRITES_PER_TRIP));
    }
  }

  #now(): { now: Date; milliseconds: number } {
    const now = this.clock.now();
    return { now, milliseconds: now.getTime() };
  }
}

/** Takes the first `limit` members out of the set, of those that are `due`. */
function taken(set: Set<string>, limit: number, due: (member: string) => boolean = () => true): string[] {
  const members: string[] = [];
  for (const member of set) {
    if (members.length >= limit) break;
    if (due(member)) members.push(member);
  }
  for (const member of members) set.delete(member);
  return members;
}
