import type { Interaction } from '../domain/interaction.js';

/** A stretch of a table, and where the next one begins. */
export interface Stretch<T> {
  readonly rows: readonly T[];
  /** Position of the last row; undefined at the end of the table. */
  readonly next: bigint | undefined;
}

/** Shoppers' interactions with products, kept for a while so that the index can be built again. */
export abstract class InteractionRepository {
  /** Adds interactions; one whose event is there already is left out. */
  abstract append(interactions: readonly Interaction[]): Promise<void>;
  /** In order of arrival, at most `limit`, after the given position. */
  abstract after(position: bigint, limit: number): Promise<Stretch<Interaction>>;
  /** All-time interest of what is no longer kept: weight by product id. */
  abstract pastInterest(): Promise<ReadonlyMap<string, number>>;
  /** Turns at most `limit` interactions from before the moment into past interest; gives how many. */
  abstract archiveBefore(moment: Date, limit: number): Promise<number>;
}
