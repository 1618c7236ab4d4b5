import { type FieldFault, invalidField, invalidFields, isDomainError, notFound } from '@vici/utils/domain';
import type { ProductContent } from './product.js';
import type { ProductInput, VariantInput } from './product-draft.js';

/** What an edit may replace; SKU and id stay, for stock and orders name them. */
const EDITABLE = [
  'slug',
  'name',
  'description',
  'longDescription',
  'price',
  'originalPrice',
  'sale',
  'categorySlug',
  'images',
  'specifications',
  'tags',
  'variants',
  'brand',
  'weightGrams',
  'isNew',
  'isFeatured',
  'status',
] as const satisfies readonly (keyof ProductInput)[];

const EDITABLE_OF_VARIANT = [
  'name',
  'price',
  'salePrice',
  'attributes',
] as const satisfies readonly (keyof VariantInput)[];

/** The content as somebody would ask for it, to be changed and checked again. */
export function inputOf(content: ProductContent, categorySlug: string): ProductInput {
  const {
    currency,
    priceMinor,
    originalPriceMinor,
    sale,
    variants,
    categoryId: _categoryId,
    ...same
  } = content;
  const price = (minor: bigint) => ({ minor, currency });
  return {
    ...same,
    categorySlug,
    price: price(priceMinor),
    originalPrice: originalPriceMinor === undefined ? undefined : price(originalPriceMinor),
    sale: sale && { price: price(sale.priceMinor), startsAt: sale.startsAt, endsAt: sale.endsAt },
    variants: variants.map(({ priceMinor: minor, salePriceMinor, ...variant }) => ({
      ...variant,
      price: price(minor),
      salePrice: salePriceMinor === undefined ? undefined : price(salePriceMinor),
    })),
  };
}

/**
 * The product with the named fields replaced.
 * @throws DomainError VALIDATION_FAILED for a name that is no field of a product, or one that cannot be changed
 */
export function withFields(
  input: ProductInput,
  changes: ProductInput,
  fields: readonly string[],
): ProductInput {
  return { ...input, ...chosenFields(changes, fields, EDITABLE) };
}

/** @throws DomainError NOT_FOUND for a variant the product does not have, VALIDATION_FAILED like {@link withFields} */
export function withVariantFields(
  input: ProductInput,
  sku: string,
  changes: VariantInput,
  fields: readonly string[],
): ProductInput {
  const replaced = chosenFields(changes, fields, EDITABLE_OF_VARIANT);
  return {
    ...input,
    variants: input.variants.map((variant) => (variant.sku === sku ? { ...variant, ...replaced } : variant)),
  };
}

/** @throws DomainError NOT_FOUND */
export function variantSku(
  variantIds: ReadonlyMap<string, string>,
  content: ProductContent,
  id: string,
): string {
  const found = content.variants.find(({ sku }) => variantIds.get(sku) === id);
  if (found === undefined) throw notFound('variant', id);
  return found.sku;
}

/** The named fields of `changes`. @throws DomainError VALIDATION_FAILED naming those that are not editable, or `fields` */
export function chosenFields<T extends object, K extends keyof T & string>(
  changes: T,
  fields: readonly string[],
  editable: readonly K[],
): Partial<Pick<T, K>> {
  if (fields.length === 0) throw invalidField('fields', 'must name what to change');
  const names = new Set<string>(editable);
  const strange = fields.filter((field) => !names.has(field));
  if (strange.length > 0)
    throw invalidFields(strange.map((field) => ({ field, message: 'cannot be changed' })));
  const replaced: Partial<Pick<T, K>> = {};
  for (const name of editable) if (fields.includes(name)) replaced[name] = changes[name];
  return replaced;
}

/** The error of a call about one product, its fields named as that caller wrote them: `price`, not `products[0].price`. */
export function asFaultsOfOne(error: unknown, prefix = 'products[0].'): unknown {
  if (!isDomainError(error, 'VALIDATION_FAILED')) return error;
  const fields = faultsOf(error);
  if (fields.length === 0) return error;
  return invalidFields(
    fields.map(({ field, message }) => ({
      field: field.startsWith(prefix) ? field.slice(prefix.length) : field,
      message,
    })),
  );
}

/** The bad fields that an error names. */
export function faultsOf(error: unknown): FieldFault[] {
  if (!isDomainError(error, 'VALIDATION_FAILED')) return [];
  const fields: unknown = error.details?.['fields'];
  return Array.isArray(fields) ? fields.filter(isFault) : [];
}

function isFault(value: unknown): value is FieldFault {
  return typeof value === 'object' && value !== null && 'field' in value && 'message' in value;
}
