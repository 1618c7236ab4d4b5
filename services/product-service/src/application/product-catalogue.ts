import type { PageRequest } from '@vici/database';
import type { ListCursor } from '../domain/list-cursor.js';
import type { PricedProduct, Product } from '../domain/product.js';
import type { ProductFilter, ProductSort } from '../domain/product-query.js';
import type { TextMatch } from '../domain/search-query.js';

/** Which products, in which order. */
export interface ProductCriteria {
  readonly filter: ProductFilter;
  readonly sort: ProductSort;
  readonly match?: TextMatch | undefined;
}

/** One page of a list. */
export interface ProductPage {
  readonly products: readonly Product[];
  readonly total: number;
  /** Above 10,000 the total is the planner's estimate. */
  readonly totalIsEstimate: boolean;
  /** Where the next page begins; undefined on the last page and by relevance. */
  readonly nextCursor?: string | undefined;
}

/** Which page of a list: by its number, or what follows a cursor. */
export interface ListPage extends PageRequest {
  /** The place in the list after which the page begins. */
  readonly after?: ListCursor | undefined;
}

/** How many of the matching products share a value. */
export interface FacetCount {
  /** `attribute` goes on with the name of one: attribute:size. */
  readonly facet: 'category' | 'price' | 'rating' | 'tag' | 'availability' | `attribute:${string}`;
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

/** A page, and what the matching products have in common, over the 5,000 most popular of them. */
export interface FoundPage extends ProductPage {
  /** Facet by facet; the values of one in the order to show them in. */
  readonly facets: readonly FacetCount[];
  /** Names of the most popular ones. */
  readonly popularNames: readonly string[];
}

/** Prices of the shown products of a category, in minor units. */
export interface PriceStatistics {
  readonly count: number;
  readonly min: bigint;
  readonly max: bigint;
  readonly sum: bigint;
  /** The currency they are in; the shop's where there is none. */
  readonly currency: string;
}

/** The catalogue as it is read. Lists hold shown products only. */
export abstract class ProductCatalogue {
  abstract page(criteria: ProductCriteria, page: ListPage): Promise<ProductPage>;
  abstract search(criteria: ProductCriteria, page: PageRequest): Promise<FoundPage>;
  /** Names of what is popular in the whole shop. */
  abstract popularNames(): Promise<readonly string[]>;
  /** Also products that are not shown; never deleted ones. */
  abstract findById(id: string): Promise<Product | undefined>;
  abstract findBySlug(slug: string): Promise<Product | undefined>;
  /**
   * In the order of the ids; unknown and deleted ones are left out.
   * @param texts false: the descriptions are not read, and empty
   */
  abstract findAll(ids: readonly string[], texts?: boolean): Promise<Product[]>;
  /** The same of what prices lines of a cart, with those of the variants. */
  abstract findPriced(ids: readonly string[], variantIds: readonly string[]): Promise<PricedProduct[]>;
  abstract priceStatistics(category: string | undefined): Promise<PriceStatistics>;
}
