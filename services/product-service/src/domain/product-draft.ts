import { currencyExponent, invalidField, invalidFields, isDomainError, isUuid } from '@vici/utils/domain';
import { FieldChecks } from './field-checks.js';
import type { ProductContent, ProductStatus, VariantContent } from './product.js';
import { checkedSale, type Sale, type SaleInput } from './sale.js';
import { SLUG_PATTERN, slugify } from './slug.js';

/** How many products or categories one call may write. */
export const MAX_UPSERTS = 500;

const MAX_VARIANTS = 100;
const MAX_IMAGES = 20;
const MAX_TAGS = 30;
const MAX_SPECIFICATIONS = 100;
const MAX_WEIGHT_GRAMS = 10_000_000;
/** A thousand million in major units of a two-decimal currency, and safe as a JSON number in events. */
const MAX_PRICE_MINOR = 100_000_000_000n;
const SKU_PATTERN = /^[\p{L}\p{N}][\p{L}\p{N} ._/:+#-]{0,63}$/u;

/** An amount as it is asked for: minor units and ISO 4217 code. */
export interface PriceInput {
  readonly minor: bigint;
  readonly currency: string;
}

/** A variant as it is asked for. */
export interface VariantInput {
  readonly sku: string;
  readonly name: string;
  readonly price: PriceInput | undefined;
  readonly salePrice?: PriceInput | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A product as it is asked for, unchecked. */
export interface ProductInput {
  readonly id?: string | undefined;
  readonly sku: string;
  readonly slug?: string | undefined;
  readonly name: string;
  readonly description: string;
  readonly longDescription?: string | undefined;
  readonly price: PriceInput | undefined;
  readonly originalPrice?: PriceInput | undefined;
  readonly categorySlug: string;
  readonly images: readonly string[];
  readonly specifications: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly variants: readonly VariantInput[];
  readonly isNew: boolean;
  readonly isFeatured: boolean;
  readonly status: ProductStatus | undefined;
  readonly weightGrams: number;
  readonly brand?: string | undefined;
  readonly sale?: (SaleInput & { readonly price?: PriceInput | undefined }) | undefined;
}

/** A checked product that has not found its category, its id and its final slug yet. */
export interface ProductDraft extends Omit<ProductContent, 'slug' | 'categoryId'> {
  readonly id: string | undefined;
  /** The slug asked for; undefined keeps the current one, or makes one from the name. */
  readonly wantedSlug: string | undefined;
  readonly categorySlug: string;
}

/**
 * Checks the products of one call, each by itself and against each other.
 * @throws DomainError VALIDATION_FAILED that names every bad field, such as products[3].price
 */
export function checkedProductDrafts(inputs: readonly ProductInput[]): ProductDraft[] {
  if (inputs.length > MAX_UPSERTS) throw invalidField('products', `must have at most ${MAX_UPSERTS} entries`);
  const checks = new FieldChecks();
  const drafts = inputs.map((input, index) => checkedDraft(checks, `products[${index}]`, input));
  checks.unique(drafts.map(({ id }, index) => ({ field: `products[${index}].id`, value: id ?? '' })));
  checks.unique(drafts.map(({ sku }, index) => ({ field: `products[${index}].sku`, value: sku })));
  checkVariantSkus(checks, drafts);
  if (checks.faults.length > 0) throw invalidFields(checks.faults);
  return drafts;
}

/** A variant may share the SKU of its own product, and of nothing else. */
function checkVariantSkus(checks: FieldChecks, drafts: readonly ProductDraft[]): void {
  const productBySku = new Map(drafts.map(({ sku }, index) => [sku, index]));
  const variants = drafts.flatMap(({ variants }, product) =>
    variants.map(({ sku }, index) => ({
      field: `products[${product}].variants[${index}].sku`,
      sku,
      product,
    })),
  );
  checks.unique(variants.map(({ field, sku }) => ({ field, value: sku })));
  for (const { field, sku, product } of variants) {
    const other = productBySku.get(sku);
    if (other !== undefined && other !== product) checks.fault(field, 'is the SKU of another product');
  }
}

function checkedDraft(checks: FieldChecks, path: string, input: ProductInput): ProductDraft {
  const at = (field: string) => `${path}.${field}`;
  const name = checks.text(at('name'), input.name, { min: 1, max: 300 });
  const price = checkedPrice(checks, at('price'), input.price);
  const originalPrice =
    input.originalPrice && checkedPrice(checks, at('originalPrice'), input.originalPrice, price.currency);
  const tags = [...new Set(input.tags.map((tag) => checks.text(at('tags'), tag, { min: 1, max: 60 })))];
  if (tags.length > MAX_TAGS) checks.fault(at('tags'), `must have at most ${MAX_TAGS} entries`);
  return {
    id: checkedId(checks, at('id'), input.id),
    sku: checkedSku(checks, at('sku'), input.sku),
    wantedSlug: checkedSlug(checks, at('slug'), input.slug, name),
    name,
    description: checks.text(at('description'), input.description, { max: 5000 }),
    longDescription: checks.optionalText(at('longDescription'), input.longDescription, 20_000),
    priceMinor: price.minor,
    originalPriceMinor: originalPrice?.minor,
    currency: price.currency,
    categorySlug: checks.text(at('categorySlug'), input.categorySlug, { min: 1, max: 200 }),
    images: checkedImages(checks, at('images'), input.images),
    specifications: checks.entries(at('specifications'), input.specifications, MAX_SPECIFICATIONS),
    tags,
    brand: checks.optionalText(at('brand'), input.brand, 100),
    weightGrams: checks.wholeNumber(at('weightGrams'), input.weightGrams, 0, MAX_WEIGHT_GRAMS),
    isNew: input.isNew,
    isFeatured: input.isFeatured,
    status: input.status ?? 'ACTIVE',
    sale: saleOf(checks, at('sale'), input.sale, price),
    variants: checkedVariants(checks, at('variants'), input.variants, price.currency),
  };
}

function checkedVariants(
  checks: FieldChecks,
  path: string,
  inputs: readonly VariantInput[],
  currency: string,
): VariantContent[] {
  if (inputs.length > MAX_VARIANTS) checks.fault(path, `must have at most ${MAX_VARIANTS} entries`);
  return inputs.map((input, index) => {
    const at = (field: string) => `${path}[${index}].${field}`;
    const { salePrice } = input;
    return {
      sku: checkedSku(checks, at('sku'), input.sku),
      name: checks.text(at('name'), input.name, { min: 1, max: 300 }),
      priceMinor: checkedPrice(checks, at('price'), input.price, currency).minor,
      salePriceMinor: salePrice && checkedPrice(checks, at('salePrice'), salePrice, currency).minor,
      attributes: checks.entries(at('attributes'), input.attributes, MAX_SPECIFICATIONS),
    };
  });
}

function saleOf(
  checks: FieldChecks,
  path: string,
  sale: ProductInput['sale'],
  price: PriceInput,
): Sale | undefined {
  if (sale === undefined) return undefined;
  const { minor } = checkedPrice(checks, `${path}.price`, sale.price, price.currency);
  return checkedSale(checks, path, minor, sale, price.minor);
}

function checkedId(checks: FieldChecks, field: string, id: string | undefined): string | undefined {
  if (id !== undefined && !isUuid(id)) checks.fault(field, 'must be a UUID');
  return id?.toLowerCase();
}

function checkedSku(checks: FieldChecks, field: string, value: string): string {
  const sku = value.trim();
  if (!SKU_PATTERN.test(sku))
    checks.fault(
      field,
      'must have 1 to 64 letters, digits, spaces or . _ / : + # - and start with a letter or digit',
    );
  return sku;
}

function checkedSlug(
  checks: FieldChecks,
  field: string,
  slug: string | undefined,
  name: string,
): string | undefined {
  if (slug === undefined) {
    // A name without a Latin letter or digit gives no slug; whoever writes it has to bring one.
    if (name !== '' && slugify(name) === '') checks.fault(field, 'is required, as the name gives none');
    return undefined;
  }
  if (slug.length > 120 || !SLUG_PATTERN.test(slug))
    checks.fault(field, 'must have 1 to 120 small letters and digits, in words parted by hyphens');
  return slug;
}

function checkedPrice(
  checks: FieldChecks,
  field: string,
  price: PriceInput | undefined,
  currency?: string,
): PriceInput {
  if (price === undefined) {
    checks.fault(field, 'is required');
    return { minor: 0n, currency: currency ?? '' };
  }
  if (!isCurrency(price.currency)) checks.fault(field, 'must be in an ISO 4217 currency');
  else if (price.minor < 0n || price.minor > MAX_PRICE_MINOR)
    checks.fault(field, `must be from 0 to ${MAX_PRICE_MINOR} minor units`);
  else if (currency !== undefined && currency !== '' && price.currency !== currency)
    checks.fault(field, `must be in ${currency}, like the price of the product`);
  return price;
}

function isCurrency(code: string): boolean {
  try {
    currencyExponent(code);
    return true;
  } catch (error) {
    if (isDomainError(error, 'VALIDATION_FAILED')) return false;
    throw error;
  }
}

function checkedImages(checks: FieldChecks, field: string, images: readonly string[]): readonly string[] {
  if (images.length > MAX_IMAGES) checks.fault(field, `must have at most ${MAX_IMAGES} entries`);
  for (const [index, image] of images.entries()) {
    if (!isImageAddress(image))
      checks.fault(`${field}[${index}]`, 'must be an http or https address or a path');
  }
  return images;
}

/** A web address, or an absolute path on the shop's own host. */
export function isImageAddress(value: string): boolean {
  if (value.length > 1000) return false;
  if (value.startsWith('/') && !value.startsWith('//')) return URL.canParse(value, 'http://localhost');
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}
