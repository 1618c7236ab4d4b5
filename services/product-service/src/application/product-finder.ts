import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { fixedSort, type ProductFilter, type ProductSort } from '../domain/product-query.js';
import { type QueryReading, textMatchOf } from '../domain/search-query.js';
import type { ProductCriteria, ProductPage } from './product-catalogue.js';
import { SearchVocabulary } from './search-vocabulary.js';

/** What is looked for. */
export interface FindRequest {
  readonly filter: ProductFilter;
  /** Undefined is by relevance where there is a text, else the newest first. */
  readonly sort: ProductSort | undefined;
  readonly text: string;
}

/** What was found, and how the text was understood; undefined where there is nothing to understand. */
export interface Found<P extends ProductPage> {
  readonly page: P;
  readonly reading: QueryReading | undefined;
}

const LESS_AND_LESS = ['spelling', 'most', 'any', 'similar'] as const;

/** Looks for products by a text, as it stands or as it may have been meant. */
@Injectable()
export class ProductFinder {
  constructor(private readonly vocabulary: SearchVocabulary) {}

  /**
   * Looks for the text as it stands, then for what it may have been meant to be, then with less and less of it.
   * @param look gives the page of the criteria; called until there is something on it, five times at most
   */
  async find<P extends ProductPage>(
    { filter, sort, text }: FindRequest,
    look: (criteria: ProductCriteria) => Promise<P>,
  ): Promise<Found<P>> {
    const reading = await this.vocabulary.read(text, false);
    if (reading.words.length === 0)
      return { page: await look({ filter, sort: fixedSort(sort) }), reading: undefined };
    const by = { filter, sort: sort ?? 'relevance' };
    let match = textMatchOf(reading, 'strict');
    let page = await look({ ...by, match });
    const tolerant = page.total > 0 ? reading : await this.vocabulary.read(text, true);
    for (const tolerance of LESS_AND_LESS) {
      const next = page.total > 0 ? undefined : textMatchOf(tolerant, tolerance);
      // Where no word has neighbours, there is no other spelling to look for.
      if (next === undefined || isDeepStrictEqual(next, match)) continue;
      match = next;
      page = await look({ ...by, match });
    }
    return { page, reading };
  }
}
