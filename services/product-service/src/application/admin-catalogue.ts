import type { PageRequest } from '@vici/database';
import type { Product, ProductStatus } from '../domain/product.js';
import type { Sale } from '../domain/sale.js';

/** A product as those see it who keep it: as shoppers do, and what it costs outside of its sale. */
export interface AdminProduct extends Product {
  readonly categorySlug: string;
  readonly listPriceMinor: bigint;
  readonly listOriginalPriceMinor: bigint | undefined;
  readonly sale: Sale | undefined;
  /** In the order of the variants. */
  readonly variantPrices: readonly AdminVariantPrices[];
  readonly deletedAt: Date | undefined;
}

/** What a variant costs outside of the sale and in it. */
export interface AdminVariantPrices {
  readonly id: string;
  readonly listPriceMinor: bigint;
  readonly salePriceMinor: bigint | undefined;
}

/** Which products; every condition given must hold. */
export interface AdminProductFilter {
  /** Part of a name or SKU. */
  readonly search?: string | undefined;
  readonly status?: ProductStatus | undefined;
  /** Category id or slug; includes its descendants. */
  readonly category?: string | undefined;
  /** Deleted products, and no others. */
  readonly deleted: boolean;
}

export type AdminProductSort = 'newest' | 'updated' | 'name' | 'sku' | 'stock';

/** Some of the products, and where the next ones begin. */
export interface AdminProductSlice {
  readonly products: readonly AdminProduct[];
  readonly nextCursor: string | undefined;
}

/** One page of products. */
export interface AdminProductPage extends AdminProductSlice {
  readonly total: number;
}

/** The whole catalogue, as it is kept. */
export abstract class AdminCatalogue {
  abstract page(
    filter: AdminProductFilter,
    sort: AdminProductSort,
    page: PageRequest,
  ): Promise<AdminProductPage>;
  /** A page that is not counted. */
  abstract slice(
    filter: AdminProductFilter,
    sort: AdminProductSort,
    page: PageRequest,
  ): Promise<AdminProductSlice>;
  /** The products that follow in the order of their ids; the first ones where `afterId` is undefined. */
  abstract after(
    filter: AdminProductFilter,
    afterId: string | undefined,
    limit: number,
  ): Promise<AdminProduct[]>;
  /** Also a deleted one. */
  abstract find(id: string): Promise<AdminProduct | undefined>;
}
