import type { Category, CountedCategory } from '../domain/category.js';

/** The tree of categories. */
export abstract class CategoryRepository {
  /** Every category, active or not. */
  abstract all(): Promise<Category[]>;
  /** Active ones, parents before children, then by sort order and name. */
  abstract listActive(): Promise<CountedCategory[]>;
  abstract findActive(idOrSlug: string): Promise<CountedCategory | undefined>;
  /** In the order of the ids. */
  abstract findAll(ids: readonly string[]): Promise<CountedCategory[]>;
  /** Inserts or replaces. */
  abstract save(categories: readonly Category[]): Promise<void>;
}
