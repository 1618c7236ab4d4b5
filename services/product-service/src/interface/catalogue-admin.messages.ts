import {
  CategorySort,
  type AdminProductFilter as FilterMessage,
  type AdminProduct as ProductMessage,
  AdminProductSort as SortMessage,
} from '@vici/proto-gen/product';
import type { AdminProduct, AdminProductFilter, AdminProductSort } from '../application/admin-catalogue.js';
import type { CategoryFilter } from '../application/category.repository.js';
import { statusOf, toProductMessage } from './product.messages.js';

const SORTS: Readonly<Partial<Record<SortMessage, AdminProductSort>>> = {
  [SortMessage.UPDATED]: 'updated',
  [SortMessage.NAME]: 'name',
  [SortMessage.SKU]: 'sku',
  [SortMessage.STOCK]: 'stock',
};

/** In the order of the tree where the request leaves it to us. */
export function categorySortOf(sort: CategorySort): CategoryFilter['sort'] {
  return sort === CategorySort.NAME ? 'name' : sort === CategorySort.PRODUCTS ? 'products' : 'tree';
}

/** The newest first where the request leaves the order to us. */
export function adminSortOf(sort: SortMessage): AdminProductSort {
  return SORTS[sort] ?? 'newest';
}

export function adminFilterOf(filter: FilterMessage | undefined): AdminProductFilter {
  if (filter === undefined) return { deleted: false };
  const { search, status, category, deleted } = filter;
  return { search, status: statusOf(status), category: category === '' ? undefined : category, deleted };
}

export function toAdminProductMessage(kept: AdminProduct): ProductMessage {
  const { categorySlug, listPriceMinor, listOriginalPriceMinor, sale, variantPrices, deletedAt, ...product } =
    kept;
  const { currency } = product;
  const price = (minor: bigint) => ({ minor, currency });
  return {
    product: toProductMessage(product),
    categorySlug,
    price: price(listPriceMinor),
    originalPrice: listOriginalPriceMinor === undefined ? undefined : price(listOriginalPriceMinor),
    sale: sale && { price: price(sale.priceMinor), startsAt: sale.startsAt, endsAt: sale.endsAt },
    variants: variantPrices.map(({ id, listPriceMinor: minor, salePriceMinor }) => ({
      id,
      price: price(minor),
      salePrice: salePriceMinor === undefined ? undefined : price(salePriceMinor),
    })),
    deletedAt,
  };
}
