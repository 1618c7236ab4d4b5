import type { Page, PageRequest } from '@vici/database';
import type { Category, CountedCategory } from '../domain/category.js';

/** Which categories, and in which order. */
export interface CategoryFilter {
  /** Part of the name or the slug. */
  readonly search?: string | undefined;
  /** As the category itself is marked. */
  readonly active?: boolean | undefined;
  /** tree: in the order of {@link CategoryRepository.listActive}. products: those with the most first. */
  readonly sort: 'tree' | 'name' | 'products';
}

/** The tree of categories. */
export abstract class CategoryRepository {
  /** Every category, active or not. */
  abstract all(): Promise<Category[]>;
  /** Those that are active with all above them, parents before children, then by sort order and name. */
  abstract listActive(): Promise<CountedCategory[]>;
  abstract findActive(idOrSlug: string): Promise<CountedCategory | undefined>;
  /** Active or not; all of them where no page is asked for. */
  abstract search(filter: CategoryFilter, page: PageRequest | undefined): Promise<Page<CountedCategory>>;
  /** In the order of the ids. */
  abstract findAll(ids: readonly string[]): Promise<CountedCategory[]>;
  /** Inserts or replaces. */
  abstract save(categories: readonly Category[]): Promise<void>;
  /** Deletes a category that has no children and no products. */
  abstract remove(id: string): Promise<void>;
}
