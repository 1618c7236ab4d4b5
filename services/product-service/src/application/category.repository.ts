import type { Category, CountedCategory } from '../domain/category.js';

/** The tree of categories. */
export abstract class CategoryRepository {
  /** Every category, active or not. */
  abstract all(): Promise<Category[]>;
  /** Those that are active with all above them, parents before children, then by sort order and name. */
  abstract listActive(): Promise<CountedCategory[]>;
  abstract findActive(idOrSlug: string): Promise<CountedCategory | undefined>;
  /** Every category, active or not, in the order of {@link listActive}. */
  abstract listAll(): Promise<CountedCategory[]>;
  /** In the order of the ids. */
  abstract findAll(ids: readonly string[]): Promise<CountedCategory[]>;
  /** Inserts or replaces. */
  abstract save(categories: readonly Category[]): Promise<void>;
  /** Deletes a category that has no children and no products. */
  abstract remove(id: string): Promise<void>;
}
