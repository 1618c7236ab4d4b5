import { type ProductInput, ProductStatus } from '@vici/proto-gen/product';
import { deterministicId, Money } from '@vici/utils/domain';
import type { DummyProduct, DummyReview } from './dummyjson-file.js';

const CURRENCY = 'USD';
/** A smaller discount is none that a shop would show. */
const LEAST_DISCOUNT = 5;
const ROOT_SLUG = 'marketplace';

/** Above all categories of the import. */
export const MARKETPLACE = {
  slug: ROOT_SLUG,
  name: 'Marketplace',
  description: 'Brands of every kind, from lipstick to motorcycles.',
  icon: 'store',
};

/** A category of the data, as product-service takes it. */
export interface DummyCategory {
  readonly slug: string;
  readonly name: string;
}

/** The categories of the products, in the order they appear. */
export function categoriesOf(products: readonly DummyProduct[]): DummyCategory[] {
  const names = new Set(products.map(({ category }) => category));
  return [...names].map((category) => ({ slug: categorySlug(category), name: categoryName(category) }));
}

/** The product as product-service takes it. Every field follows from the data, so a second import changes nothing. */
export function productInput(product: DummyProduct, imageUrl: string): ProductInput {
  const { title, description, sku, price, discountPercentage, brand } = product;
  const current = Money.fromDecimal(price.toFixed(2), CURRENCY).minor;
  const before = BigInt(Math.round(Number(current) / (1 - discountPercentage / 100)));
  return {
    id: productId(product),
    sku,
    slug: `${slugFrom(title)}-${sku.toLowerCase()}`,
    name: title,
    description,
    price: { minor: current, currency: CURRENCY },
    ...(discountPercentage >= LEAST_DISCOUNT && { originalPrice: { minor: before, currency: CURRENCY } }),
    categorySlug: categorySlug(product.category),
    images: [imageUrl],
    specifications: specificationsOf(product),
    tags: [...new Set(product.tags.map((tag) => tag.toLowerCase()))],
    variants: [],
    isNew: false,
    isFeatured: false,
    status: ProductStatus.ACTIVE,
    // The data's weight has no unit: it stands among the specifications as it is.
    weightGrams: 0,
    ...(brand !== undefined && { brand }),
  };
}

/** The id a product of the data always gets. */
export function productId({ sku }: DummyProduct): string {
  return deterministicId<'Product'>('dummyjson', 'product', sku);
}

/** The reviews of a product that Vici can hold: the first of each reviewer. */
export function reviewsOf({ reviews }: DummyProduct): DummyReview[] {
  return [
    ...new Map(reviews.toReversed().map((review) => [review.reviewerEmail, review])).values(),
  ].toReversed();
}

/** Who wrote a review: nobody with an account, but the same person at every product. */
export function reviewerId({ reviewerEmail }: DummyReview): string {
  return deterministicId<'User'>('dummyjson', 'reviewer', reviewerEmail.toLowerCase());
}

/** First name and the initial of the last, as shoppers see it beside a review. */
export function reviewerName({ reviewerName: name }: DummyReview): string {
  const [first = '', ...rest] = name.split(/\s+/);
  const initial = rest.at(-1)?.[0];
  return initial === undefined ? first : `${first} ${initial.toUpperCase()}.`;
}

/** The comment without its closing sign: the data has no titles. */
export function reviewTitle({ comment }: DummyReview): string {
  return comment.replace(/[.!?]+$/, '').slice(0, 120) || comment;
}

function specificationsOf(product: DummyProduct): Record<string, string> {
  const { dimensions, weight, warrantyInformation, shippingInformation, returnPolicy, meta } = product;
  const { minimumOrderQuantity } = product;
  const entries: [string, string | number | undefined][] = [
    ['Width', dimensions?.width],
    ['Height', dimensions?.height],
    ['Depth', dimensions?.depth],
    ['Weight', weight],
    ['Warranty', warrantyInformation],
    ['Shipping', shippingInformation],
    ['Returns', returnPolicy],
    ['Minimum order', minimumOrderQuantity],
    ['Barcode', meta?.barcode],
  ];
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]])),
  );
}

function categorySlug(category: string): string {
  return `${ROOT_SLUG}-${category}`;
}

function categoryName(category: string): string {
  const words = category.replace(/^(men|women)s-/, "$1's-").split('-');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(' ');
}

function slugFrom(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
}
