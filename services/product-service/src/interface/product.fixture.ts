import { type ProductInput, ProductStatus } from '@vici/proto-gen/product';

let counter = 0;

/** A product as an admin would send it; every call makes another SKU. */
export function productInput(over: Partial<ProductInput> = {}): ProductInput {
  counter += 1;
  return {
    sku: `SKU-${counter}`,
    name: `Product ${counter}`,
    description: '',
    price: { minor: 1000n, currency: 'USD' },
    categorySlug: 'home',
    images: [],
    specifications: {},
    tags: [],
    variants: [],
    isNew: false,
    isFeatured: false,
    status: ProductStatus.ACTIVE,
    weightGrams: 0,
    ...over,
  };
}

/** A variant of its own price. */
export function variantInput(sku: string, name: string, minor = 1000n) {
  return { sku, name, price: { minor, currency: 'USD' }, attributes: { size: name } };
}

/** The categories of the tests: home with two below it, and one beside. */
export const categoryInputs = [
  { slug: 'home', name: 'Home', sortOrder: 1 },
  { slug: 'lighting', name: 'Lighting', parentSlug: 'home', sortOrder: 1 },
  { slug: 'candles', name: 'Candles', parentSlug: 'lighting', sortOrder: 1 },
  { slug: 'kitchen', name: 'Kitchen', parentSlug: 'home', sortOrder: 2 },
  { slug: 'toys', name: 'Toys', sortOrder: 2 },
];
