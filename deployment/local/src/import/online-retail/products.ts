import { createHash } from 'node:crypto';
import { type ProductInput, ProductStatus } from '@vici/proto-gen/product';
import { deterministicId } from '@vici/utils/domain';
import { categoryOf } from './categories.js';

/** An article that becomes a product. */
export interface RetailProduct {
  readonly code: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly stock: number;
}

/** The data's pounds are taken as the shop's dollars, number for number. */
export const CURRENCY = 'USD';
/** Each category's picture exists in this many colours, so that a list of its products is not one picture. */
export const PICTURE_VARIANTS = 6;

const TYPICAL_WEIGHT_GRAMS = 300;
const TAG_WORDS: ReadonlySet<string> = new Set(
  'RED PINK BLUE GREEN WHITE IVORY BLACK SILVER GOLD PURPLE YELLOW CREAM VINTAGE RETROSPOT POLKADOT ANTIQUE WOODEN GLASS METAL ZINC CERAMIC ENAMEL PAPER HEART STAR ROSE FLOWER BUTTERFLY BIRD SPACEBOY SET MINI JUMBO'.split(
    ' ',
  ),
);

/** The SKU of an article. */
export function skuOf(code: string): string {
  return `UCI-${code}`;
}

/** The product as product-service takes it. Every field follows from the article, so a second import changes nothing. */
export function productInput(product: RetailProduct, pictureUrl: string): ProductInput {
  const { code, name, priceMinor } = product;
  const { name: category, slug: categorySlug } = categoryOf(name);
  return {
    id: deterministicId<'Product'>('online-retail', 'product', code),
    sku: skuOf(code),
    slug: `${slugFrom(name)}-${code.toLowerCase()}`,
    name,
    description: `${name}. From our range ${category}, stock code ${code}.`,
    price: { minor: BigInt(priceMinor), currency: CURRENCY },
    categorySlug,
    images: [pictureUrl],
    specifications: { 'Stock code': code },
    tags: tagsOf(name),
    variants: [],
    isNew: false,
    isFeatured: false,
    status: ProductStatus.ACTIVE,
    weightGrams: TYPICAL_WEIGHT_GRAMS,
  };
}

/** Which of its category's pictures an article gets; always the same one. */
export function pictureVariantOf(code: string): number {
  return createHash('sha256').update(code).digest().readUInt8(0) % PICTURE_VARIANTS;
}

function tagsOf(name: string): string[] {
  const words = name.toUpperCase().split(/[^A-Z]+/);
  return [...new Set(words.filter((word) => TAG_WORDS.has(word)))].map((word) => word.toLowerCase());
}

function slugFrom(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
