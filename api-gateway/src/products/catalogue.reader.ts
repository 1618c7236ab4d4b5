import { Inject, Injectable } from '@nestjs/common';
import {
  type ListProductsRequest,
  type ProductFilter,
  ProductServiceDefinition,
  ProductSort,
} from '@vici/proto-gen/product';
import { CONFIG, type GrpcClient, InjectGrpc } from '@vici/utils';
import { type CatalogueAnswer, CatalogueCache } from '../catalogue-cache/catalogue-cache.js';
import type { GatewayConfig } from '../gateway.config.js';
import { fromDecimal } from '../rest/money.js';
import { toPage } from '../rest/shapes.js';
import { ReadyAnswer } from '../routing/answer.js';
import type { RouteInput } from '../routing/define-route.js';
import { toCategory, toFacet, toPriceRange, toProduct } from './product.shapes.js';
import type { listProductsRoute, SORTS, searchProductsRoute } from './products.routes.js';

type ListQuery = RouteInput<typeof listProductsRoute>['query'];
type SearchQuery = RouteInput<typeof searchProductsRoute>['query'];

const SORT_OF: Readonly<Record<(typeof SORTS)[number], ProductSort>> = {
  price_asc: ProductSort.PRICE_ASC,
  price_desc: ProductSort.PRICE_DESC,
  rating: ProductSort.RATING,
  newest: ProductSort.NEWEST,
  name: ProductSort.NAME,
  popular: ProductSort.POPULAR,
};
/** As many as an event may name. */
const MOST_FOUND = 100;

/** Catalogue answers that are the same for everybody, ready to be sent. */
@Injectable()
export class CatalogueReader {
  constructor(
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
    private readonly cache: CatalogueCache,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  async list(query: ListQuery): Promise<ReadyAnswer> {
    const request = { ...this.selection(query), search: query.search };
    const { answer } = await this.cache.answer(keyOf('list', query), async () => {
      const { products, page } = await this.products.listProducts(request);
      return ready(toPage(products.map(toProduct), page));
    });
    return answer;
  }

  async search(query: SearchQuery): Promise<CatalogueAnswer> {
    const request = { ...this.selection(query), query: query.q };
    return await this.cache.answer(keyOf('search', query), async () => {
      const found = await this.products.searchProducts(request);
      const total = Number(found.page?.total ?? found.products.length);
      const data = {
        products: found.products.map(toProduct),
        total,
        suggestions: found.suggestions,
        facets: found.facets.map(toFacet),
      };
      const productIds = found.products.slice(0, MOST_FOUND).map((product) => product.id);
      return { ...ready(data), found: { total, productIds } };
    });
  }

  async categories(): Promise<ReadyAnswer> {
    const { answer } = await this.cache.answer('categories', async () => {
      const { categories } = await this.products.listCategories({});
      return ready(categories.map(toCategory));
    });
    return answer;
  }

  async category(idOrSlug: string): Promise<ReadyAnswer> {
    const { answer } = await this.cache.answer(keyOf('category', idOrSlug), async () =>
      ready(toCategory(await this.products.getCategory({ idOrSlug }))),
    );
    return answer;
  }

  async priceRange(category: string | undefined): Promise<ReadyAnswer> {
    const { answer } = await this.cache.answer(keyOf('price-range', category), async () =>
      ready(toPriceRange(await this.products.getPriceRange({ category }))),
    );
    return answer;
  }

  async product(by: { $case: 'id' | 'slug'; value: string }): Promise<ReadyAnswer> {
    const { answer } = await this.cache.answer(keyOf(by.$case, by.value), async () => {
      const product = toProduct(await this.products.getProduct({ by }));
      const hasMoved = by.$case === 'slug' && product.slug !== by.value;
      return ready(hasMoved ? { ...product, movedFrom: by.value } : product);
    });
    return answer;
  }

  /** Outside of the cached load: a bad amount is this client's fault alone. */
  private selection(query: Omit<ListQuery, 'search'>): Pick<ListProductsRequest, 'filter' | 'sort' | 'page'> {
    const filter: ProductFilter = {
      category: query.category,
      minPrice: this.minor(query.minPrice, 'minPrice'),
      maxPrice: this.minor(query.maxPrice, 'maxPrice'),
      minRating: query.rating,
      inStock: query.inStock,
      tags: query.tags,
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

function ready(data: unknown): CatalogueAnswer {
  return { answer: ReadyAnswer.success(data) };
}
