import { Inject, Injectable } from '@nestjs/common';
import {
  type ListProductsRequest,
  type Product,
  type ProductFilter,
  ProductServiceDefinition,
  ProductSort,
} from '@vici/proto-gen/product';
import { CONFIG, type GrpcClient, InjectGrpc } from '@vici/utils';
import type { CatalogueAnswer } from '../catalogue-cache/catalogue-answer.js';
import { CatalogueCache } from '../catalogue-cache/catalogue-cache.js';
import type { GatewayConfig } from '../gateway.config.js';
import { fromDecimal } from '../rest/money.js';
import { toPage } from '../rest/shapes.js';
import { ReadyAnswer, type SharedAnswer } from '../routing/answer.js';
import type { RouteInput } from '../routing/define-route.js';
import { toCategory, toFacet, toPriceRange, toProduct, toSuggestedProduct } from './product.shapes.js';
import type { listProductsRoute, SORTS, searchProductsRoute, suggestRoute } from './products.routes.js';

type ListQuery = RouteInput<typeof listProductsRoute>['query'];
type SuggestQuery = RouteInput<typeof suggestRoute>['query'];
type SearchQuery = RouteInput<typeof searchProductsRoute>['query'];

const SORT_OF: Readonly<Record<(typeof SORTS)[number], ProductSort>> = {
  price_asc: ProductSort.PRICE_ASC,
  price_desc: ProductSort.PRICE_DESC,
  rating: ProductSort.RATING,
  newest: ProductSort.NEWEST,
  name: ProductSort.NAME,
  popular: ProductSort.POPULAR,
};

/** Catalogue answers that are the same for everybody, ready to be sent. */
@Injectable()
export class CatalogueReader {
  constructor(
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
    private readonly cache: CatalogueCache,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  async list(query: ListQuery): Promise<SharedAnswer> {
    const request = { ...this.selection(query), search: query.search, cursor: query.cursor };
    return await this.cache.shared(keyOf('list', query), async () => {
      const { products, page, nextCursor } = await this.products.listProducts(request);
      const { data, pagination } = toPage(products.map(toProduct), page);
      return ready({ data, pagination: { ...pagination, nextCursor } }, idsOf(products));
    });
  }

  /** @param whenServed learns of everybody who is given the answer */
  async search(query: SearchQuery, whenServed: (found: CatalogueAnswer) => void): Promise<SharedAnswer> {
    const request = { ...this.selection(query), query: query.q };
    const load = async () => {
      const found = await this.products.searchProducts(request);
      const total = Number(found.page?.total ?? found.products.length);
      const data = {
        products: found.products.map(toProduct),
        total,
        ...(found.page?.totalIsEstimate === true && { totalIsEstimate: true }),
        suggestions: found.suggestions,
        facets: found.facets.map(toFacet),
      };
      return { ...ready(data, idsOf(found.products)), total };
    };
    return await this.cache.shared(keyOf('search', query), load, whenServed);
  }

  async suggest({ q: text, limit = 0 }: SuggestQuery): Promise<SharedAnswer> {
    return await this.cache.shared(keyOf('suggest', [text, limit]), async () => {
      const { queries, products } = await this.products.suggestSearches({ text, limit });
      return ready({ queries, products: products.map(toSuggestedProduct) }, idsOf(products));
    });
  }

  async categories(): Promise<SharedAnswer> {
    return await this.cache.shared('categories', async () => {
      const { categories } = await this.products.listCategories({});
      return ready(categories.map(toCategory), []);
    });
  }

  async category(idOrSlug: string): Promise<SharedAnswer> {
    return await this.cache.shared(keyOf('category', idOrSlug), async () =>
      ready(toCategory(await this.products.getCategory({ idOrSlug })), []),
    );
  }

  async priceRange(category: string | undefined): Promise<SharedAnswer> {
    return await this.cache.shared(keyOf('price-range', category), async () =>
      ready(toPriceRange(await this.products.getPriceRange({ category })), []),
    );
  }

  async product(by: { $case: 'id' | 'slug'; value: string }): Promise<SharedAnswer> {
    return await this.cache.shared(keyOf(by.$case, by.value), async () => {
      const product = toProduct(await this.products.getProduct({ by }));
      const hasMoved = by.$case === 'slug' && product.slug !== by.value;
      return ready(hasMoved ? { ...product, movedFrom: by.value } : product, [product.id]);
    });
  }

  /** Outside of the cached load: a bad amount is this client's fault alone. */
  private selection(
    query: Omit<ListQuery, 'search' | 'cursor'>,
  ): Pick<ListProductsRequest, 'filter' | 'sort' | 'page'> {
    const filter: ProductFilter = {
      category: query.category,
      minPrice: this.minor(query.minPrice, 'minPrice'),
      maxPrice: this.minor(query.maxPrice, 'maxPrice'),
      minRating: query.rating,
      inStock: query.inStock,
      tags: query.tags,
      attributes: query.attributes,
      isFeatured: query.isFeatured,
      isNew: query.isNew,
      isOnSale: query.isOnSale,
    };
    return {
      filter,
      sort: query.sort === undefined ? ProductSort.UNSPECIFIED : SORT_OF[query.sort],
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
    };
  }

  private minor(value: string | undefined, field: string): bigint | undefined {
    return value === undefined ? undefined : fromDecimal(value, this.config.SHOP_CURRENCY, field).minor;
  }
}

function keyOf(kind: string, selection: unknown): string {
  return JSON.stringify([kind, selection]);
}

function ready(data: unknown, shows: readonly string[]): CatalogueAnswer {
  return { answer: ReadyAnswer.success(data), shows };
}

function idsOf(products: readonly Product[]): string[] {
  return products.map(({ id }) => id);
}
