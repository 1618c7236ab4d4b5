import { invalidFields } from '@vici/utils/domain';

/** Which products are wanted; every condition given must hold. */
export interface ProductFilter {
  /** Category id or slug; includes its descendants. */
  readonly category?: string | undefined;
  /** Minor units, inclusive. */
  readonly minPrice?: bigint | undefined;
  readonly maxPrice?: bigint | undefined;
  readonly minRating?: number | undefined;
  readonly inStock?: boolean | undefined;
  /** All of them. */
  readonly tags: readonly string[];
  /** All of them: "size:M", "brand:Nordhem". */
  readonly attributes: readonly string[];
  readonly isFeatured?: boolean | undefined;
  readonly isNew?: boolean | undefined;
  readonly isOnSale?: boolean | undefined;
}

/** Order of a list; relevance needs a search. */
export type ProductSort = 'relevance' | 'price_asc' | 'price_desc' | 'rating' | 'newest' | 'name' | 'popular';

/** The order of a list without a text: relevance means nothing there. */
export function fixedSort(sort: ProductSort | undefined): Exclude<ProductSort, 'relevance'> {
  return sort === undefined || sort === 'relevance' ? 'newest' : sort;
}

const MAX_TAGS = 20;
const MAX_ATTRIBUTES = 20;
const MAX_TEXT = 200;

/** Text PostgreSQL can take: no NUL, no half of a surrogate pair, and not endlessly long. */
export function storableText(value: string): string {
  return value.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', ' ');
}

/**
 * Checks a filter that comes from outside.
 * @throws DomainError VALIDATION_FAILED that names every bad field
 */
export function checkedFilter(filter: ProductFilter): ProductFilter {
  const faults: { field: string; message: string }[] = [];
  if (filter.minRating !== undefined && !(filter.minRating >= 0 && filter.minRating <= 5))
    faults.push({ field: 'filter.minRating', message: 'must be from 0 to 5' });
  if (filter.tags.length > MAX_TAGS)
    faults.push({ field: 'filter.tags', message: `must have at most ${MAX_TAGS} entries` });
  if (filter.attributes.length > MAX_ATTRIBUTES)
    faults.push({ field: 'filter.attributes', message: `must have at most ${MAX_ATTRIBUTES} entries` });
  if (faults.length > 0) throw invalidFields(faults);
  const category = filter.category?.trim();
  return {
    ...filter,
    // An empty category is no filter.
    category: category === undefined || category === '' ? undefined : storableText(category),
    tags: filter.tags.map(storableText),
    attributes: filter.attributes.map(storableText),
  };
}

/** No condition at all. */
export const EVERYTHING: ProductFilter = { tags: [], attributes: [] };
