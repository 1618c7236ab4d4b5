import {
  type AdminProduct,
  type ProductInput,
  ProductStatus,
  type VariantInput,
} from '@vici/proto-gen/product';
import { DomainError, invalidFields } from '@vici/utils';
import { z } from 'zod';
import { productShape, toProduct } from '../products/product.shapes.js';
import { fromDecimal, toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';

const words = z.record(z.string(), z.string());
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const saleShape = z.object({ price: amount, startsAt: instant.optional(), endsAt: instant.optional() });

export const adminProductShape = productShape
  .extend({
    price: amount.describe('Outside of the sale.'),
    originalPrice: amount.optional(),
    currentPrice: amount.describe('What shoppers pay now.'),
    categorySlug: z.string(),
    sale: saleShape.optional(),
    variantPrices: z.array(z.object({ id: z.uuid(), price: amount, salePrice: amount.optional() })),
    weightGrams: z.int(),
    version: z.int().describe('Grows with every change; also the ETag.'),
    deletedAt: instant.optional(),
  })
  .meta({ id: 'AdminProduct' });

// Only the types are checked here: product-service knows all the rules, and names every field that breaks one.
export const variantBody = z.object({
  sku: z.string(),
  name: z.string(),
  price: amount,
  salePrice: amount.nullish().describe("While the product's sale runs."),
  attributes: words.default({}),
});

const content = {
  name: z.string(),
  slug: z.string().optional().describe('Made from the name where it is missing.'),
  description: z.string(),
  longDescription: z.string().nullish(),
  price: amount,
  originalPrice: amount.nullish(),
  currency: z.string().optional().describe("ISO 4217; the product's, else the shop's."),
  sale: z
    .object({ price: amount, startsAt: moment.nullish(), endsAt: moment.nullish() })
    .nullish()
    .describe('A price for a time.'),
  categoryId: z.string().describe('Id or slug.'),
  images: z.array(z.string()).describe('Addresses of uploaded pictures, the main one first.'),
  specifications: words,
  tags: z.array(z.string()),
  variants: z.array(variantBody),
  isNew: z.boolean(),
  isFeatured: z.boolean(),
  status: z.enum(['ACTIVE', 'INACTIVE', 'OUT_OF_STOCK']),
  weightGrams: z.int(),
  brand: z.string().nullish(),
};

export const createProductBody = z.object({
  ...content,
  sku: z.string(),
  description: z.string().default(''),
  images: content.images.default([]),
  specifications: words.default({}),
  tags: content.tags.default([]),
  variants: content.variants.default([]),
  isNew: z.boolean().default(false),
  isFeatured: z.boolean().default(false),
  status: content.status.default('ACTIVE'),
  weightGrams: z.int().default(0),
});

export const version = z
  .int()
  .optional()
  .describe('The version that was read, where If-Match does not say it.');

export const updateProductBody = z.object({ ...content, version }).partial();

export const updateVariantBody = z
  .object({ ...variantBody.omit({ sku: true }).shape, attributes: words, version })
  .partial();

type Content = z.output<typeof updateProductBody> & { sku?: string };

const STATUS_OF = {
  ACTIVE: ProductStatus.ACTIVE,
  INACTIVE: ProductStatus.INACTIVE,
  OUT_OF_STOCK: ProductStatus.OUT_OF_STOCK,
} as const;

/** How the fields are called here that have another name in the contract. */
const FIELD_NAMES: Readonly<Record<string, string>> = { categoryId: 'categorySlug' };

/** A product of the contract from what an administrator wrote. @throws DomainError VALIDATION_FAILED naming the amount */
export function toProductInput(body: Content, currency: string): ProductInput {
  const money = (value: number, field: string) => fromDecimal(value, currency, field);
  const optional = (value: number | null | undefined, field: string) =>
    value === null || value === undefined ? undefined : money(value, field);
  const { price, originalPrice, sale, variants, status } = body;
  return {
    // What is not named as a field to change is not looked at.
    sku: body.sku ?? '',
    name: body.name ?? '',
    slug: body.slug,
    description: body.description ?? '',
    longDescription: body.longDescription ?? undefined,
    price: optional(price, 'price'),
    originalPrice: optional(originalPrice, 'originalPrice'),
    sale: sale
      ? {
          price: money(sale.price, 'sale.price'),
          startsAt: sale.startsAt ?? undefined,
          endsAt: sale.endsAt ?? undefined,
        }
      : undefined,
    categorySlug: body.categoryId ?? '',
    images: body.images ?? [],
    specifications: body.specifications ?? {},
    tags: body.tags ?? [],
    variants:
      variants?.map((variant, index) => toVariantInput(variant, currency, `variants[${index}].`)) ?? [],
    isNew: body.isNew ?? false,
    isFeatured: body.isFeatured ?? false,
    status: status === undefined ? ProductStatus.UNSPECIFIED : STATUS_OF[status],
    weightGrams: body.weightGrams ?? 0,
    brand: body.brand ?? undefined,
  };
}

export function toVariantInput(
  { salePrice, price, ...variant }: z.output<typeof variantBody>,
  currency: string,
  path = '',
): VariantInput {
  return {
    ...variant,
    price: fromDecimal(price, currency, `${path}price`),
    salePrice:
      salePrice === null || salePrice === undefined
        ? undefined
        : fromDecimal(salePrice, currency, `${path}salePrice`),
  };
}

/** The fields of the contract that a body changes. */
export function changedFields(body: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(body)
    .filter((name) => !['version', 'currency'].includes(name) && body[name] !== undefined)
    .map((name) => FIELD_NAMES[name] ?? name);
}

/** Runs a call; bad fields are named as the administrator wrote them. */
export async function withFieldNames<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const faults = error instanceof DomainError ? error.details?.['fields'] : undefined;
    if (!Array.isArray(faults)) throw error;
    throw invalidFields(
      faults.map(({ field, message }: { field: string; message: string }) => ({
        field: field === 'categorySlug' ? 'categoryId' : field,
        message,
      })),
    );
  }
}

export function toAdminProduct(kept: AdminProduct): z.output<typeof adminProductShape> {
  const { product, originalPrice, sale, deletedAt } = kept;
  if (product === undefined) throw new Error('A product is missing from an answer');
  return {
    ...toProduct(product),
    price: toDecimal(kept.price),
    originalPrice: originalPrice === undefined ? undefined : toDecimal(originalPrice),
    currentPrice: toDecimal(product.price),
    categorySlug: kept.categorySlug,
    sale: sale && {
      price: toDecimal(sale.price),
      startsAt: sale.startsAt && toInstant(sale.startsAt),
      endsAt: sale.endsAt && toInstant(sale.endsAt),
    },
    variantPrices: kept.variants.map(({ id, price, salePrice }) => ({
      id,
      price: toDecimal(price),
      salePrice: salePrice && toDecimal(salePrice),
    })),
    weightGrams: product.weightGrams,
    version: Number(product.version),
    deletedAt: deletedAt && toInstant(deletedAt),
  };
}
