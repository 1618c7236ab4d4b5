import {
  type Category as CategoryMessage,
  type Facet,
  type PriceRange,
  type ProductFilter as ProductFilterMessage,
  type ProductInput as ProductInputMessage,
  type Product as ProductMessage,
  ProductSort as SortMessage,
  ProductStatus as StatusMessage,
  type UpsertedProduct as UpsertedProductMessage,
} from '@vici/proto-gen/product';
import { roundHalfEven } from '@vici/utils';
import type { FacetCount, PriceStatistics } from '../application/product-catalogue.js';
import type { UpsertedProduct } from '../application/upsert-products.use-case.js';
import type { CountedCategory } from '../domain/category.js';
import type { PricedProduct, Product, ProductStatus } from '../domain/product.js';
import type { ProductInput } from '../domain/product-draft.js';
import { checkedFilter, EVERYTHING, type ProductFilter, type ProductSort } from '../domain/product-query.js';

const STATUS_MESSAGES: Readonly<Record<ProductStatus, StatusMessage>> = {
  ACTIVE: StatusMessage.ACTIVE,
  INACTIVE: StatusMessage.INACTIVE,
  OUT_OF_STOCK: StatusMessage.OUT_OF_STOCK,
};

const SORTS: Readonly<Partial<Record<SortMessage, ProductSort>>> = {
  [SortMessage.PRICE_ASC]: 'price_asc',
  [SortMessage.PRICE_DESC]: 'price_desc',
  [SortMessage.RATING]: 'rating',
  [SortMessage.NEWEST]: 'newest',
  [SortMessage.NAME]: 'name',
  [SortMessage.POPULAR]: 'popular',
};

/** Undefined where the request leaves the order to us. */
export function sortOf(sort: SortMessage): ProductSort | undefined {
  return SORTS[sort];
}

/** @throws DomainError VALIDATION_FAILED */
export function filterOf(filter: ProductFilterMessage | undefined): ProductFilter {
  return checkedFilter(filter ?? EVERYTHING);
}

export function toProductMessage(product: Product): ProductMessage {
  const { priceMinor, originalPriceMinor, currency, ...same } = product;
  return {
    ...same,
    ...toPrices(product),
    images: [...product.images],
    tags: [...product.tags],
  };
}

/** With nothing of what prices no line. */
export function toPricedMessage(product: PricedProduct): ProductMessage {
  const {
    id,
    sku,
    name,
    image,
    categoryId,
    categoryName,
    specifications,
    weightGrams,
    stock,
    backorderable,
  } = product;
  return {
    id,
    sku,
    name,
    slug: '',
    description: '',
    ...toPrices(product),
    categoryId,
    categoryName,
    images: image === undefined ? [] : [image],
    rating: 0,
    reviewCount: 0,
    stock,
    backorderable,
    specifications,
    weightGrams,
    tags: [],
    isNew: false,
    isFeatured: false,
    isOnSale: false,
    version: 0n,
    createdAt: undefined,
    updatedAt: undefined,
  };
}

function toPrices({
  id,
  priceMinor,
  originalPriceMinor,
  currency,
  categoryPath,
  status,
  variants,
}: Pick<
  PricedProduct,
  'id' | 'priceMinor' | 'originalPriceMinor' | 'currency' | 'categoryPath' | 'status' | 'variants'
>) {
  return {
    price: { minor: priceMinor, currency },
    originalPrice: originalPriceMinor === undefined ? undefined : { minor: originalPriceMinor, currency },
    categoryPath: [...categoryPath],
    status: STATUS_MESSAGES[status],
    variants: variants.map(({ priceMinor: minor, ...variant }) => ({
      ...variant,
      productId: id,
      price: { minor, currency },
    })),
  };
}

export function toCategoryMessage(category: CountedCategory): CategoryMessage {
  const { id, name, slug, description, parentId, image, icon, productCount, isActive, sortOrder } = category;
  return { id, name, slug, description, parentId, image, icon, productCount, isActive, sortOrder };
}

/** Groups the counts by facet, in their order. */
export function toFacets(counts: readonly FacetCount[]): Facet[] {
  return [...Map.groupBy(counts, ({ facet }) => facet)].map(([name, values]) => ({
    name,
    values: values.map(({ value, label, count }) => ({ value, label, count })),
  }));
}

export function toPriceRange({ count, min, max, sum, currency }: PriceStatistics): PriceRange {
  return {
    minPrice: { minor: min, currency },
    maxPrice: { minor: max, currency },
    avgPrice: { minor: count === 0 ? 0n : roundHalfEven(sum, BigInt(count)), currency },
    productCount: count,
  };
}

export function productInputOf({ status, ...input }: ProductInputMessage): ProductInput {
  return { ...input, status: statusOf(status) };
}

/** Undefined where nothing, or nothing known, is said. */
export function statusOf(status: StatusMessage): ProductStatus | undefined {
  return (['ACTIVE', 'INACTIVE', 'OUT_OF_STOCK'] as const).find((name) => STATUS_MESSAGES[name] === status);
}

export function toUpsertedMessage({
  id,
  content,
  outcome,
  variantIds,
}: UpsertedProduct): UpsertedProductMessage {
  return {
    id,
    sku: content.sku,
    changed: outcome !== 'unchanged',
    variantIds: Object.fromEntries(variantIds),
  };
}
