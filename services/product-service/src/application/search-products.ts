import { Injectable } from '@nestjs/common';
import type { PageRequest } from '@vici/database';
import { Logger } from '@vici/utils';
import type { Product } from '../domain/product.js';
import { EVERYTHING } from '../domain/product-query.js';
import { correctedText, type QueryReading, textMatchOf } from '../domain/search-query.js';
import { type FacetCount, ProductCatalogue, type ProductPage } from './product-catalogue.js';
import { type FindRequest, ProductFinder } from './product-finder.js';
import { SearchMisses } from './search-misses.js';
import { SearchTurns } from './search-turns.js';
import { SearchVocabulary } from './search-vocabulary.js';

/** What a shopper searches for. */
export interface SearchRequest extends FindRequest {
  readonly page: PageRequest;
}

/** A page of found products and what helps to search on. */
export interface SearchResult extends ProductPage {
  readonly facets: readonly FacetCount[];
  /** Other queries worth trying, best first. */
  readonly suggestions: readonly string[];
}

/** What a query that is still being typed leads to. */
export interface Completion {
  readonly queries: readonly string[];
  readonly products: readonly Product[];
}

const MAX_SUGGESTIONS = 8;

/** Search, as shoppers see it. */
@Injectable()
export class SearchProducts {
  constructor(
    private readonly catalogue: ProductCatalogue,
    private readonly finder: ProductFinder,
    private readonly vocabulary: SearchVocabulary,
    private readonly turns: SearchTurns,
    private readonly misses: SearchMisses,
    private readonly logger: Logger,
  ) {}

  /**
   * Like a list, with facets and suggestions. What is not found at all is remembered.
   * @throws DomainError SERVICE_UNAVAILABLE when too many searches are under way
   */
  async search(request: SearchRequest): Promise<SearchResult> {
    const { page, reading } = await this.turns.take(() =>
      this.finder.find(request, (criteria) => this.catalogue.search(criteria, request.page)),
    );
    if (page.total > 0)
      return { ...page, suggestions: suggestionsOf(request.text, reading, page.popularNames) };
    this.remember(request.text);
    // Where nothing was found, what is popular in the shop is the best there is to suggest.
    const popular = await this.catalogue.popularNames();
    return { ...page, facets: [], suggestions: suggestionsOf(request.text, reading, popular) };
  }

  /** The likeliest ways to go on with a text, and the best products it finds by now. */
  async suggest(text: string, limit: number): Promise<Completion> {
    return await this.turns.take(() => this.complete(text, limit));
  }

  private async complete(text: string, limit: number): Promise<Completion> {
    const reading = await this.vocabulary.read(text, false);
    if (reading.words.length === 0) return { queries: [], products: [] };
    const match = textMatchOf(reading, 'strict');
    const { products } = await this.catalogue.page(
      { filter: EVERYTHING, sort: 'relevance', match },
      { page: 1, limit },
    );
    return { queries: suggestionsOf(text, reading, []).slice(0, limit), products };
  }

  /** Nobody waits for it, and nobody's search fails with it. */
  private remember(text: string): void {
    this.misses.record(text).catch((error: unknown) => {
      this.logger.warn('A search that found nothing could not be recorded.', { error });
    });
  }
}

function suggestionsOf(
  text: string,
  reading: QueryReading | undefined,
  popularNames: readonly string[],
): string[] {
  const asked = text.trim().toLowerCase();
  const words = reading?.words ?? [];
  const before = correctedText(words.slice(0, -1));
  const completed = (reading?.completions ?? []).map((word) => `${before} ${word}`.trim());
  const corrected = words.length > 0 ? [correctedText(words)] : [];
  const seen = new Set([asked, words.map(({ word }) => word).join(' ')]);
  return [...corrected, ...completed, ...popularNames]
    .filter((suggestion) => {
      const key = suggestion.toLowerCase();
      return seen.has(key) ? false : seen.add(key) !== undefined;
    })
    .slice(0, MAX_SUGGESTIONS);
}
