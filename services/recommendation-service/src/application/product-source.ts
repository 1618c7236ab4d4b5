import type { Category, Product } from '@vici/proto-gen/product';

/** The catalogue as product-service gives it to shoppers. */
export abstract class ProductSource {
  /**
   * The active products of the ids, in the order of the ids.
   * @throws DomainError SERVICE_UNAVAILABLE
   */
  abstract activeProducts(ids: readonly string[]): Promise<Product[]>;
  /**
   * All active categories.
   * @throws DomainError SERVICE_UNAVAILABLE
   */
  abstract categories(): Promise<Category[]>;
}
