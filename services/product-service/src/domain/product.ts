import type { Sale } from './sale.js';

/** Whether a product is shown, and whether it can be bought. Set by people, not by the stock. */
export type ProductStatus = 'ACTIVE' | 'INACTIVE' | 'OUT_OF_STOCK';

/** What people write about a variant. */
export interface VariantContent {
  readonly sku: string;
  readonly name: string;
  /** In the product's currency. */
  readonly priceMinor: bigint;
  /** While the product's sale runs; the price where it is undefined. */
  readonly salePriceMinor: bigint | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What people write about a product: the version grows when any of it changes. */
export interface ProductContent {
  readonly sku: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly longDescription: string | undefined;
  /** Outside of the sale. */
  readonly priceMinor: bigint;
  /** A price it had before. */
  readonly originalPriceMinor: bigint | undefined;
  readonly currency: string;
  readonly categoryId: string;
  /** Public URLs, the main picture first. */
  readonly images: readonly string[];
  readonly specifications: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly brand: string | undefined;
  readonly weightGrams: number;
  readonly isNew: boolean;
  readonly isFeatured: boolean;
  readonly status: ProductStatus;
  readonly sale: Sale | undefined;
  readonly variants: readonly VariantContent[];
}

/** A variant as shoppers see it. */
export interface Variant extends Omit<VariantContent, 'salePriceMinor'> {
  readonly id: string;
  /** Available units. */
  readonly stock: number;
  /** Units that may be ordered beyond those. */
  readonly backorderable: number;
}

/** A product as shoppers see it: its prices are those of the moment. */
export interface Product extends Omit<ProductContent, 'variants' | 'sale'> {
  readonly id: string;
  readonly variants: readonly Variant[];
  readonly categoryName: string;
  /** The product's own category first, then its ancestors up to the root. */
  readonly categoryPath: readonly string[];
  /** Average of the reviews, 0 to 5; 0 without any. */
  readonly rating: number;
  readonly reviewCount: number;
  /** Available units over all variants. */
  readonly stock: number;
  /** Units that may be ordered beyond those. */
  readonly backorderable: number;
  readonly isOnSale: boolean;
  /** When the running sale ends, where it ends by itself. */
  readonly saleEndsAt: Date | undefined;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Of a product, what lines of a cart are priced by. */
export interface PricedProduct
  extends Pick<
    Product,
    | 'id'
    | 'sku'
    | 'name'
    | 'priceMinor'
    | 'originalPriceMinor'
    | 'currency'
    | 'categoryId'
    | 'categoryName'
    | 'categoryPath'
    | 'specifications'
    | 'weightGrams'
    | 'stock'
    | 'backorderable'
    | 'status'
  > {
  /** The main picture. */
  readonly image: string | undefined;
  /** Those that were asked for. */
  readonly variants: readonly Variant[];
}

/** Whether shoppers may see it in lists and open its page. */
export function isShown(product: Pick<Product, 'status'>): boolean {
  return product.status !== 'INACTIVE';
}
