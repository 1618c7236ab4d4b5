import { z } from 'zod';
import {
  amountText,
  choice,
  cursorQuery,
  decimal,
  flag,
  idParams,
  pageQuery,
  queryString,
  text,
  wholeNumber,
  wordList,
} from '../rest/fields.js';
import { pagination } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import {
  categoryShape,
  facetShape,
  priceRangeShape,
  productShape,
  suggestedProductShape,
} from './product.shapes.js';

const tags = ['Catalogue'];
const etag = true;

export const SORTS = ['price_asc', 'price_desc', 'rating', 'newest', 'name', 'popular'] as const;

const category = queryString(200).describe('Id or slug; its descendants are included.');

const filterQuery = {
  category,
  minPrice: amountText.describe('Major units, inclusive.'),
  maxPrice: amountText.describe('Major units, inclusive.'),
  rating: decimal(0, 5).describe('Average rating of at least this.'),
  inStock: flag,
  tags: wordList(64, 20).describe('All of them; separated by commas or repeated.'),
  attributes: wordList(200, 20).describe(
    'All of them, as the facets name them: size:M, brand:Nordhem; separated by commas or repeated.',
  ),
  isFeatured: flag,
  isNew: flag,
  isOnSale: flag,
  sort: choice(SORTS),
  ...pageQuery,
};

const searchText = z.preprocess((value) => (Array.isArray(value) ? value.at(-1) : value), text(200));

const limitQuery = { limit: wholeNumber(1, 100).describe('12 where it is missing.') };

export const listProductsRoute = defineRoute({
  method: 'GET',
  path: '/products',
  auth: 'public',
  summary: 'Products that match every filter',
  tags,
  query: z.object({ ...filterQuery, search: queryString(200), ...cursorQuery }),
  response: z.object({
    data: z.array(productShape),
    pagination: pagination
      .extend({ nextCursor: z.string().optional().describe('Missing on the last page, and by relevance.') })
      .meta({ id: 'CataloguePagination' }),
  }),
  etag,
});

export const searchProductsRoute = defineRoute({
  method: 'GET',
  path: '/products/search',
  auth: 'public',
  summary: 'Full-text search, tolerant of typos',
  tags,
  query: z.object({
    q: searchText,
    ...filterQuery,
  }),
  response: z.object({
    products: z.array(productShape),
    total: z.int(),
    totalIsEstimate: z.boolean().optional(),
    suggestions: z.array(z.string()),
    facets: z.array(facetShape),
  }),
  etag,
});

export const suggestRoute = defineRoute({
  method: 'GET',
  path: '/products/suggest',
  auth: 'public',
  summary: 'What a query that is still being typed may become',
  tags,
  query: z.object({ q: searchText, limit: wholeNumber(1, 20).describe('5 where it is missing.') }),
  response: z.object({ queries: z.array(z.string()), products: z.array(suggestedProductShape) }),
  etag,
});

export const listCategoriesRoute = defineRoute({
  method: 'GET',
  path: '/products/categories',
  auth: 'public',
  summary: 'All categories, parents before children',
  tags,
  response: z.array(categoryShape),
  etag,
});

export const getCategoryRoute = defineRoute({
  method: 'GET',
  path: '/products/categories/:id',
  auth: 'public',
  summary: 'A category by id or slug',
  tags,
  params: z.object({ id: text(200) }),
  response: categoryShape,
  etag,
  errors: ['NOT_FOUND'],
});

export const priceRangeRoute = defineRoute({
  method: 'GET',
  path: '/products/price-range',
  auth: 'public',
  summary: 'Lowest, highest and average price',
  tags,
  query: z.object({ category }),
  response: priceRangeShape,
  etag,
});

export const recommendedProductsRoute = defineRoute({
  method: 'GET',
  path: '/products/recommended',
  auth: 'public',
  summary: 'Products for this user or visit; empty while recommendations are down',
  tags,
  query: z.object(limitQuery),
  response: z.array(productShape),
  etag,
});

export const trendingProductsRoute = defineRoute({
  method: 'GET',
  path: '/products/trending',
  auth: 'public',
  summary: 'What is in demand now; empty while recommendations are down',
  tags,
  query: z.object({ ...limitQuery, category }),
  response: z.array(productShape),
  etag,
});

export const getProductBySlugRoute = defineRoute({
  method: 'GET',
  path: '/products/slug/:slug',
  auth: 'public',
  summary: 'A product by slug',
  tags,
  params: z.object({ slug: text(200) }),
  response: productShape,
  etag,
  errors: ['NOT_FOUND'],
});

export const getProductRoute = defineRoute({
  method: 'GET',
  path: '/products/:id',
  auth: 'public',
  summary: 'A product by id',
  tags,
  params: idParams,
  response: productShape,
  etag,
  errors: ['NOT_FOUND'],
});

export const relatedProductsRoute = defineRoute({
  method: 'GET',
  path: '/products/:id/related',
  auth: 'public',
  summary: 'Products that go with one; empty while recommendations are down',
  tags,
  params: idParams,
  query: z.object(limitQuery),
  response: z.array(productShape),
  etag,
});

export const viewProductRoute = defineRoute({
  method: 'POST',
  path: '/products/:id/view',
  auth: 'public',
  summary: 'A shopper looks at a product: accepted at once, tracked afterwards',
  tags,
  params: idParams,
  body: z.object({ source: text(64).optional(), position: z.int().min(0).max(100_000).optional() }),
  response: z.void(),
  status: 204,
  rateClass: 'events',
  acceptsText: true,
});
