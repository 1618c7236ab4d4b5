import type { ProductContent } from '../domain/product.js';

/** A product as it is stored, locked until the end of the transaction. */
export interface StoredProduct {
  readonly id: string;
  readonly content: ProductContent;
  readonly isDeleted: boolean;
  readonly version: bigint;
  readonly categorySlug: string;
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
  /** Ids of the known ones among the slugs, which may be ids as well. */
  abstract categoryIds(slugs: readonly string[]): Promise<ReadonlyMap<string, string>>;
  abstract storedBySku(skus: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>>;
  /** Undefined for an unknown or deleted one. */
  abstract storedById(id: string): Promise<StoredProduct | undefined>;
  /** The ones among the ids that products already have. */
  abstract takenIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  abstract skuOwners(skus: readonly string[]): Promise<readonly SkuOwner[]>;
  /** The slugs in use or given up that are one of these, or one with a counter, with the product that has or had each. */
  abstract slugsLike(
    slugs: readonly string[],
  ): Promise<readonly (readonly [slug: string, productId: string])[]>;
  /** Writes the products as given, raises their versions, and brings search words and stock up to date. */
  abstract save(products: readonly SavedProduct[]): Promise<void>;
  /** Takes the product out of the catalogue; gives its new version. It has to be locked. */
  abstract remove(id: string): Promise<bigint>;
  /**
   * Stores the present price of at most `limit` products whose sale has begun or ended, and raises their versions;
   * gives their ids. Products somebody else is writing are left out.
   */
  abstract switchPrices(limit: number): Promise<readonly string[]>;
  /** When the next sale begins or ends; in the past for one that is due. */
  abstract nextPriceChange(): Promise<Date | undefined>;
  /** How many products, deleted ones too, are in the category itself. */
  abstract countInCategory(categoryId: string): Promise<number>;
  /** Moves every product of a category to another one and raises the versions; gives the ids of those not deleted. */
  abstract moveToCategory(fromId: string, toId: string): Promise<readonly string[]>;
  /** Raises the versions of the products that are in one of the categories itself; gives their ids. */
  abstract touchInCategories(categoryIds: readonly string[]): Promise<readonly string[]>;
}
