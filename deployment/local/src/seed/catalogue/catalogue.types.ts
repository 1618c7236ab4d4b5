export interface CatalogueCategory {
  slug: string;
  name: string;
  description: string;
  /** Absent on the top level of the tree. */
  parentSlug?: string;
  /** Short name of the icon a storefront shows beside the category. */
  icon: string;
  /** Position among the categories of the same parent, from 1. */
  sortOrder: number;
}

export interface CatalogueVariant {
  sku: string;
  name: string;
  /** US cents. */
  priceMinor: number;
  attributes: Record<string, string>;
  /** Units on hand. */
  stock: number;
}

export interface CatalogueProduct {
  sku: string;
  slug: string;
  name: string;
  description: string;
  longDescription: string;
  categorySlug: string;
  /** US cents. With variants, the price of the cheapest. */
  priceMinor: number;
  /** US cents before the sale; present only on products on sale, and above `priceMinor`. */
  originalPriceMinor?: number;
  currency: 'USD';
  tags: string[];
  specifications: Record<string, string>;
  variants: CatalogueVariant[];
  /** Units on hand; with variants, their sum. */
  stock: number;
  weightGrams: number;
  isNew: boolean;
  isFeatured: boolean;
  brand: string;
}
