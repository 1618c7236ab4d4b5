import { Injectable } from '@nestjs/common';
import type { PageRequest } from '@vici/database';
import { notFound } from '@vici/utils';
import { isShown, type Product } from '../domain/product.js';
import type { ProductFilter, ProductSort } from '../domain/product-query.js';
import { correctedText, type QueryReading, textMatchOf } from '../domain/search-query.js';
import {
  type CatalogueOverview,
  type PriceStatistics,
  ProductCatalogue,
  type ProductCriteria,
  type ProductPage,
} from './product-catalogue.js';
import { SearchVocabulary } from './search-vocabulary.js';

/** What a shopper asks a list for. */
export interface ProductListRequest {
  readonly filter: ProductFilter;
  /** Undefined is by relevance where there is a text, else the newest first. */
  readonly sort: ProductSort | undefined;
  readonly page: PageRequest;
  readonly text: string;
}

/** A page of found products and what helps to search on. */
export interface SearchResult extends ProductPage, Pick<CatalogueOverview, 'facets'> {
  /** Other queries worth trying, best first. */
  readonly suggestions: readonly string[];
}

interface Found {
  readonly page: ProductPage;
  readonly criteria: ProductCriteria;
  readonly reading: QueryReading | undefined;
}

const MAX_SUGGESTIONS = 8;

/** Lists, search and single products, as shoppers see them. */
@Injectable()
export class BrowseProducts {
  constructor(
    private readonly catalogue: ProductCatalogue,
    private readonly vocabulary: SearchVocabulary,
  ) {}

  async list(request: ProductListRequest): Promise<ProductPage> {
    return (await this.find(request)).page;
  }

  /** Like a list, with facets and suggestions. */
  async search(request: ProductListRequest): Promise<SearchResult> {
    const { page, criteria, reading } = await this.find(request);
    // Where nothing was found, what is popular in the shop is the best there is to suggest.
    const described = page.total > 0 ? criteria : { filter: { tags: [] }, sort: criteria.sort };
    const { facets, popularNames } = await this.catalogue.overview(described);
    return {
      ...page,
      facets: page.total > 0 ? facets : [],
      suggestions: suggestionsOf(request.text, reading, popularNames),
    };
  }

  /**
   * @param everything also a product that is not shown
   * @throws DomainError NOT_FOUND
   */
  async get(by: { id: string } | { slug: string }, everything: boolean): Promise<Product> {
    const product = await ('id' in by ? this.catalogue.findById(by.id) : this.catalogue.findBySlug(by.slug));
    if (product === undefined || !(everything || isShown(product)))
      throw notFound('product', 'id' in by ? by.id : by.slug);
    return product;
  }

  /** Prices of what is shown, of one category and its descendants or of all. */
  async priceStatistics(category: string | undefined): Promise<PriceStatistics> {
    return await this.catalogue.priceStatistics(category);
  }

  /** In the order of the ids; unknown and deleted ones are left out, and with `shownOnly` those not shown. */
  async getAll(ids: readonly string[], shownOnly: boolean): Promise<Product[]> {
    const products = await this.catalogue.findAll(ids);
    return shownOnly ? products.filter(isShown) : products;
  }

  /** Looks for the text as it stands, then for what it may have been meant to be, then for any of its words. */
  private async find({ filter, sort, page, text }: ProductListRequest): Promise<Found> {
    const reading = await this.vocabulary.read(text, false);
    if (reading.words.length === 0) {
      const criteria = {
        filter,
        sort: sort === undefined || sort === 'relevance' ? 'newest' : sort,
      } as const;
      return { criteria, page: await this.catalogue.page(criteria, page), reading: undefined };
    }
    const by = { filter, sort: sort ?? 'relevance' };
    const strict = { ...by, match: textMatchOf(reading, 'strict') };
    const found = await this.catalogue.page(strict, page);
    if (found.total > 0) return { criteria: strict, page: found, reading };
    const tolerant = await this.vocabulary.read(text, true);
    const spelling = { ...by, match: textMatchOf(tolerant, 'spelling') };
    const corrected = await this.catalogue.page(spelling, page);
    if (corrected.total > 0) return { criteria: spelling, page: corrected, reading };
    const any = { ...by, match: textMatchOf(tolerant, 'any') };
    return { criteria: any, page: await this.catalogue.page(any, page), reading };
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
