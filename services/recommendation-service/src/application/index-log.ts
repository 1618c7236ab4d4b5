import type { CatalogueProduct } from '../domain/catalogue.js';
import type { Interaction, LearnedInteraction } from '../domain/interaction.js';
import type { BasketAddition } from './basket.repository.js';
import type { DeletedProduct, StockLevel } from './product.repository.js';

/** Up to where a replica has followed each log. */
export interface LogPositions {
  readonly interactions: bigint;
  readonly basketLines: bigint;
  readonly products: bigint;
  readonly stock: bigint;
  readonly erasures: bigint;
}

export const LOG_START: LogPositions = {
  interactions: 0n,
  basketLines: 0n,
  products: 0n,
  stock: 0n,
  erasures: 0n,
};

/** A stretch of a log, and the position of its last row; undefined when there is none. */
export interface LogStretch<T> {
  readonly rows: readonly T[];
  readonly next: bigint | undefined;
}

/** A product as it is now, or that it is gone. */
export type ProductChange =
  | { readonly kind: 'stored'; readonly product: CatalogueProduct }
  | ({ readonly kind: 'deleted' } & DeletedProduct);

/**
 * All that the index is built from, as logs that any replica reads in the same order. Positions are given out under a
 * lock that is held until the commit, so a reader never passes over a row that commits later.
 */
export abstract class IndexLog {
  /** Tells these logs from those of another database. */
  abstract identity(): Promise<string>;
  /** The positions of the newest rows. */
  abstract heads(): Promise<LogPositions>;
  abstract interactionsAfter(position: bigint, limit: number): Promise<LogStretch<Interaction>>;
  /** All up to the position, however many, as fast as the database gives them. */
  abstract interactionsUpTo(
    after: bigint,
    upTo: bigint,
  ): AsyncIterable<{ readonly rows: readonly LearnedInteraction[]; readonly next: bigint }>;
  abstract basketLinesAfter(position: bigint, limit: number): Promise<LogStretch<BasketAddition>>;
  abstract productsAfter(position: bigint, limit: number): Promise<LogStretch<ProductChange>>;
  /** Shoppers to be forgotten, by their user ids. */
  abstract erasuresAfter(position: bigint, limit: number): Promise<LogStretch<string>>;
  abstract stockAfter(position: bigint, limit: number): Promise<LogStretch<StockLevel>>;
}
