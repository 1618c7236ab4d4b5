import type { ProductContent } from '../domain/product.js';

/** A product as it is stored, locked until the end of the transaction. */
export interface StoredProduct {
  readonly id: string;
  readonly content: ProductContent;
  readonly isDeleted: boolean;
  /** Ids by SKU, also of removed variants. */
  readonly variantIds: ReadonlyMap<string, string>;
}

/** A product to be written. */
export interface SavedProduct {
  readonly id: string;
  readonly content: ProductContent;
  readonly variantIds: ReadonlyMap<string, string>;
}

/** Who has a SKU: a product itself, or by one of its variants. */
export interface SkuOwner {
  readonly sku: string;
  readonly productId: string;
}

/** Products as they are written. */
export abstract class ProductRepository {
  /** Makes changes of the catalogue wait for each other until the end of the transaction; readers do not wait. */
  abstract lockCatalogue(): Promise<void>;
  /** Ids of the known ones among the slugs. */
  abstract categoryIds(slugs: readonly string[]): Promise<ReadonlyMap<string, string>>;
  abstract storedBySku(skus: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>>;
  /** The ones among the ids that products already have. */
  abstract takenIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  abstract skuOwners(skus: readonly string[]): Promise<readonly SkuOwner[]>;
  /** The slugs in use that are one of these or one of these with a counter, with the product that has each. */
  abstract slugsLike(
    slugs: readonly string[],
  ): Promise<readonly (readonly [slug: string, productId: string])[]>;
  /** Writes the products as given, raises their versions, and brings search words and stock up to date. */
  abstract save(products: readonly SavedProduct[]): Promise<void>;
  /** Raises the versions of the products that are in one of the categories itself; gives their ids. */
  abstract touchInCategories(categoryIds: readonly string[]): Promise<readonly string[]>;
}
