import type { Interaction } from '../domain/interaction.js';

/** Shoppers' interactions with products, kept for a while so that the index can be built again. */
export abstract class InteractionRepository {
  /** Adds interactions; one whose event is there already is left out. */
  abstract append(interactions: readonly Interaction[]): Promise<void>;
  /** All-time interest of what is no longer kept: weight by product id. */
  abstract pastInterest(): Promise<ReadonlyMap<string, number>>;
  /** Turns at most `limit` interactions from before the moment into past interest; gives how many. */
  abstract archiveBefore(moment: Date, limit: number): Promise<number>;
}
