import { Injectable } from '@nestjs/common';
import type {
  Category as CategoryMessage,
  CreateReviewRequest,
  GetCategoryRequest,
  GetPriceRangeRequest,
  GetProductRequest,
  GetProductsRequest,
  GetProductsResponse,
  ListCategoriesResponse,
  ListProductsRequest,
  ListProductsResponse,
  ListReviewsRequest,
  ListReviewsResponse,
  MarkReviewHelpfulRequest,
  PriceRange,
  Product as ProductMessage,
  ProductServiceDefinition,
  RecordPastSalesRequest,
  RecordPastSalesResponse,
  Review as ReviewMessage,
  SearchProductsRequest,
  SearchProductsResponse,
  StoreImageRequest,
  StoreImageResponse,
  SuggestSearchesRequest,
  SuggestSearchesResponse,
  UpsertCategoriesRequest,
  UpsertCategoriesResponse,
  UpsertProductsRequest,
  UpsertProductsResponse,
} from '@vici/proto-gen/product';
import {
  currentCaller,
  currentContext,
  type GrpcHandlers,
  invalidField,
  isUuid,
  parseId,
  requirePermission,
  requireRole,
  requireUserId,
} from '@vici/utils';
import { BrowseProducts } from '../application/browse-products.js';
import { Categories } from '../application/categories.js';
import { ImageStore } from '../application/image-store.js';
import { ProductActivity } from '../application/product-activity.js';
import { Reviews } from '../application/reviews.js';
import { SearchProducts } from '../application/search-products.js';
import { UpsertProducts } from '../application/upsert-products.use-case.js';
import { checkedCategoryDrafts } from '../domain/category.js';
import { checkedImageFile } from '../domain/image-file.js';
import { readCursor } from '../domain/list-cursor.js';
import { checkedPastSales } from '../domain/past-sales.js';
import { checkedProductDrafts } from '../domain/product-draft.js';
import { checkedFilter, fixedSort, storableText } from '../domain/product-query.js';
import { checkedReview } from '../domain/review.js';
import { pageInfo, pageOf } from './page.messages.js';
import {
  filterOf,
  productInputOf,
  sortOf,
  toCategoryMessage,
  toFacets,
  toPricedMessage,
  toPriceRange,
  toProductMessage,
  toUpsertedMessage,
} from './product.messages.js';
import { reviewSortOf, toReviewMessage } from './review.messages.js';

const MAX_BATCH = 200;
const MAX_COMPLETIONS = 20;
const USUAL_COMPLETIONS = 5;

/** The gRPC API of product-service: everybody reads, users review, system callers and admins write. */
@Injectable()
export class ProductGrpcController implements GrpcHandlers<typeof ProductServiceDefinition> {
  constructor(
    private readonly browse: BrowseProducts,
    private readonly searches: SearchProducts,
    private readonly upsert: UpsertProducts,
    private readonly categories: Categories,
    private readonly images: ImageStore,
    private readonly activity: ProductActivity,
    private readonly reviews: Reviews,
  ) {}

  async listProducts(request: ListProductsRequest): Promise<ListProductsResponse> {
    const { filter, search: text = '', cursor } = request;
    const sort = sortOf(request.sort);
    const after = cursor === undefined ? undefined : readCursor(cursor, fixedSort(sort));
    const page = { ...pageOf(request.page), after };
    const found = await this.browse.list({ filter: filterOf(filter), sort, page, text });
    return {
      products: found.products.map(toProductMessage),
      page: pageInfo(page, found),
      nextCursor: found.nextCursor,
    };
  }

  async searchProducts({
    query,
    filter,
    sort,
    page,
  }: SearchProductsRequest): Promise<SearchProductsResponse> {
    const request = { filter: filterOf(filter), sort: sortOf(sort), page: pageOf(page), text: query };
    const found = await this.searches.search(request);
    return {
      products: found.products.map(toProductMessage),
      page: pageInfo(request.page, found),
      suggestions: [...found.suggestions],
      facets: toFacets(found.facets),
    };
  }

  async suggestSearches({ text, limit }: SuggestSearchesRequest): Promise<SuggestSearchesResponse> {
    if (limit < 0 || limit > MAX_COMPLETIONS)
      throw invalidField('limit', `must be from 1 to ${MAX_COMPLETIONS}`);
    const { queries, products } = await this.searches.suggest(text, limit || USUAL_COMPLETIONS);
    return { queries: [...queries], products: products.map(toProductMessage) };
  }

  async getProduct({ by }: GetProductRequest): Promise<ProductMessage> {
    if (by === undefined) throw invalidField('by', 'must be an id or a slug');
    const everything = ['admin', 'system'].includes(currentCaller().role);
    const key =
      by.$case === 'id' ? { id: parseId<'Product'>(by.value, 'id') } : { slug: storableText(by.value) };
    return toProductMessage(await this.browse.get(key, everything));
  }

  async getProducts(request: GetProductsRequest): Promise<GetProductsResponse> {
    const { ids, activeOnly, withoutTexts, pricing } = request;
    if (ids.length > MAX_BATCH) throw invalidField('ids', `must have at most ${MAX_BATCH} entries`);
    // What cannot be an id is the id of nothing.
    const known = ids.filter(isUuid);
    if (pricing !== undefined) {
      const priced = await this.browse.getPriced(known, pricing.variantIds.filter(isUuid), activeOnly);
      return { products: priced.map(toPricedMessage) };
    }
    const products = await this.browse.getAll(known, activeOnly, !withoutTexts);
    return { products: products.map(toProductMessage) };
  }

  async listCategories(): Promise<ListCategoriesResponse> {
    return { categories: (await this.categories.list()).map(toCategoryMessage), page: undefined };
  }

  async getCategory({ idOrSlug }: GetCategoryRequest): Promise<CategoryMessage> {
    if (idOrSlug === '') throw invalidField('idOrSlug', 'is required');
    return toCategoryMessage(await this.categories.get(idOrSlug));
  }

  async getPriceRange({ category }: GetPriceRangeRequest): Promise<PriceRange> {
    const filter = checkedFilter({ category, tags: [], attributes: [] });
    return toPriceRange(await this.browse.priceStatistics(filter.category));
  }

  async upsertCategories({ categories }: UpsertCategoriesRequest): Promise<UpsertCategoriesResponse> {
    requirePermission('products:write');
    const upserted = await this.categories.upsert(checkedCategoryDrafts(categories));
    return { categories: upserted.map(toCategoryMessage) };
  }

  async upsertProducts({ products }: UpsertProductsRequest): Promise<UpsertProductsResponse> {
    requirePermission('products:write');
    const upserted = await this.upsert.execute(checkedProductDrafts(products.map(productInputOf)));
    return { products: upserted.map(toUpsertedMessage) };
  }

  async recordPastSales(request: RecordPastSalesRequest): Promise<RecordPastSalesResponse> {
    requireRole('system');
    const { origin, units } = checkedPastSales(request.origin, request.sales);
    return { changed: await this.activity.recordPastSales(origin, units) };
  }

  async storeImage(file: StoreImageRequest): Promise<StoreImageResponse> {
    const { role } = requirePermission('products:write');
    return { url: await this.images.put(checkedImageFile(file, role === 'system')) };
  }

  async listReviews({ productId, sort, page }: ListReviewsRequest): Promise<ListReviewsResponse> {
    const request = pageOf(page);
    const id = parseId<'Product'>(productId, 'productId');
    const { reviews, total } = await this.reviews.list(id, reviewSortOf(sort), request);
    return {
      reviews: reviews.map(toReviewMessage),
      page: pageInfo(request, { total, totalIsEstimate: false }),
    };
  }

  async createReview(request: CreateReviewRequest): Promise<ReviewMessage> {
    const userId = requireUserId();
    const productId = parseId<'Product'>(request.productId, 'productId');
    const { userName, userAvatar, ...content } = checkedReview(request, (url) => this.images.serves(url));
    const author = { userId, name: userName, avatar: userAvatar, asOf: request.userAsOf ?? new Date(0) };
    const { idempotencyKey } = currentContext() ?? {};
    return toReviewMessage(await this.reviews.create(productId, content, author, idempotencyKey));
  }

  async markReviewHelpful(request: MarkReviewHelpfulRequest): Promise<ReviewMessage> {
    const userId = requireUserId();
    const productId = parseId<'Product'>(request.productId, 'productId');
    const reviewId = parseId<'Review'>(request.reviewId, 'reviewId');
    return toReviewMessage(await this.reviews.markHelpful(userId, productId, reviewId));
  }
}
