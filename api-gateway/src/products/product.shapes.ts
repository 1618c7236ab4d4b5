import {
  type Category,
  type Facet,
  type PriceRange,
  type Product,
  ProductStatus,
  type Variant,
} from '@vici/proto-gen/product';
import { z } from 'zod';
import { toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';

const words = z.record(z.string(), z.string());

const variantShape = z
  .object({
    id: z.uuid(),
    productId: z.uuid(),
    name: z.string(),
    sku: z.string(),
    price: amount,
    stock: z.int(),
    inStock: z.boolean().describe('It can be ordered: there are units, or it may be backordered.'),
    backorderable: z.int().describe('Units that may be ordered beyond the stock; they come later.'),
    attributes: words,
  })
  .meta({ id: 'Variant' });

export const productShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    longDescription: z.string().optional(),
    price: amount,
    originalPrice: amount.optional(),
    currency: z.string(),
    categoryId: z.uuid(),
    categoryName: z.string(),
    images: z.array(z.string()),
    rating: z.number(),
    reviewCount: z.int(),
    stock: z.int().describe('Units that can be sold now.'),
    inStock: z.boolean().describe('It can be ordered: there are units, or it may be backordered.'),
    backorderable: z.int().describe('Units that may be ordered beyond the stock; they come later.'),
    specifications: words.optional(),
    tags: z.array(z.string()).optional(),
    variants: z.array(variantShape),
    isNew: z.boolean(),
    isFeatured: z.boolean(),
    isOnSale: z.boolean(),
    sku: z.string(),
    brand: z.string().optional(),
    status: z.enum(['ACTIVE', 'INACTIVE', 'OUT_OF_STOCK']),
    createdAt: instant,
    updatedAt: instant,
    saleEndsAt: instant.optional().describe('When the running sale ends, where it ends by itself.'),
    movedFrom: z
      .string()
      .optional()
      .describe(
        'The former slug it was asked for by: its address is `slug` for good, so send shoppers there (301).',
      ),
  })
  .meta({ id: 'Product' });

/** As much of a product as fits into a line below a search field. */
export const suggestedProductShape = z
  .object({ id: z.uuid(), name: z.string(), slug: z.string(), price: amount, image: z.string().optional() })
  .meta({ id: 'SuggestedProduct' });

export const categoryShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    parentId: z.uuid().optional(),
    image: z.string(),
    icon: z.string().optional(),
    productCount: z.int(),
    isActive: z.boolean(),
    sortOrder: z.int(),
  })
  .meta({ id: 'Category' });

export const facetShape = z
  .object({
    name: z.string(),
    values: z.array(z.object({ value: z.string(), label: z.string(), count: z.int() })),
  })
  .meta({ id: 'Facet' });

export const priceRangeShape = z
  .object({ minPrice: amount, maxPrice: amount, avgPrice: amount, productCount: z.int() })
  .meta({ id: 'PriceRange' });

export function toProduct(product: Product): z.output<typeof productShape> {
  const { price, originalPrice } = product;
  return {
    id: product.id,
    name: product.name,
    slug: product.slug,
    description: product.description,
    longDescription: product.longDescription,
    price: toDecimal(price),
    originalPrice: originalPrice === undefined ? undefined : toDecimal(originalPrice),
    currency: price?.currency ?? '',
    categoryId: product.categoryId,
    categoryName: product.categoryName,
    images: product.images,
    rating: product.rating,
    reviewCount: product.reviewCount,
    ...unitsOf(product),
    specifications: product.specifications,
    tags: product.tags,
    variants: product.variants.map(toVariant),
    isNew: product.isNew,
    isFeatured: product.isFeatured,
    isOnSale: product.isOnSale,
    sku: product.sku,
    brand: product.brand,
    status: toStatus(product.status),
    createdAt: toInstant(product.createdAt),
    updatedAt: toInstant(product.updatedAt),
    saleEndsAt: product.saleEndsAt && toInstant(product.saleEndsAt),
  };
}

export function toSuggestedProduct({
  id,
  name,
  slug,
  price,
  images,
}: Product): z.output<typeof suggestedProductShape> {
  return { id, name, slug, price: toDecimal(price), image: images[0] };
}

function toVariant(variant: Variant) {
  const { id, productId, name, sku, price, attributes } = variant;
  return { id, productId, name, sku, price: toDecimal(price), ...unitsOf(variant), attributes };
}

function unitsOf({ stock, backorderable = 0 }: Pick<Product, 'stock' | 'backorderable'>) {
  return { stock, inStock: stock + backorderable > 0, backorderable };
}

function toStatus(status: ProductStatus): z.output<typeof productShape>['status'] {
  switch (status) {
    case ProductStatus.ACTIVE:
      return 'ACTIVE';
    case ProductStatus.OUT_OF_STOCK:
      return 'OUT_OF_STOCK';
    default:
      return 'INACTIVE';
  }
}

export function toCategory(category: Category): z.output<typeof categoryShape> {
  const { id, name, slug, description, parentId, image, icon, productCount, isActive, sortOrder } = category;
  return { id, name, slug, description, parentId, image, icon, productCount, isActive, sortOrder };
}

export function toFacet({ name, values }: Facet): z.output<typeof facetShape> {
  return { name, values: values.map(({ value, label, count }) => ({ value, label, count })) };
}

export function toPriceRange(range: PriceRange): z.output<typeof priceRangeShape> {
  const { minPrice, maxPrice, avgPrice, productCount } = range;
  if (productCount === 0) {
    return { minPrice: 0, maxPrice: 0, avgPrice: 0, productCount };
  }
  return {
    minPrice: toDecimal(minPrice),
    maxPrice: toDecimal(maxPrice),
    avgPrice: toDecimal(avgPrice),
    productCount,
  };
}
