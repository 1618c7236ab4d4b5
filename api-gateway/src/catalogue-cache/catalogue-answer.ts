import type { Kept } from '../routing/answer.js';

/** A catalogue answer and what is known of it. */
export interface CatalogueAnswer extends Kept {
  /** Ids of the products it shows: when one of them changes, the answer is not true any more. */
  readonly shows: readonly string[];
  /** Of a search: how many products were found. */
  readonly total?: number;
}

/** Makes an answer anew. */
export type Load = () => Promise<CatalogueAnswer>;
