import { Injectable } from '@nestjs/common';
import { notFound } from '@vici/utils';
import { isShown, type PricedProduct, type Product } from '../domain/product.js';
import {
  type ListPage,
  type PriceStatistics,
  ProductCatalogue,
  type ProductPage,
} from './product-catalogue.js';
import { type FindRequest, ProductFinder } from './product-finder.js';
import { SearchTurns } from './search-turns.js';

/** What a shopper asks a list for. */
export interface ProductListRequest extends FindRequest {
  readonly page: ListPage;
}

/** Lists and single products, as shoppers see them. */
@Injectable()
export class BrowseProducts {
  constructor(
    private readonly catalogue: ProductCatalogue,
    private readonly finder: ProductFinder,
    private readonly turns: SearchTurns,
  ) {}

  /** @throws DomainError SERVICE_UNAVAILABLE when there is a text and too many searches are under way */
  async list(request: ProductListRequest): Promise<ProductPage> {
    const find = () => this.finder.find(request, (criteria) => this.catalogue.page(criteria, request.page));
    const { page } = request.text.trim() === '' ? await find() : await this.turns.take(find);
    return page;
  }

  /**
   * @param everything also a product that is not shown
   * @throws DomainError NOT_FOUND
   */
  async get(by: { id: string } | { slug: string }, everything: boolean): Promise<Product> {
    const product = await ('id' in by ? this.catalogue.findById(by.id) : this.catalogue.findBySlug(by.slug));
    if (product === undefined || !(everything || isShown(product)))
      throw notFound('product', 'id' in by ? by.id : by.slug);
    return product;
  }

  /** Prices of what is shown, of one category and its descendants or of all. */
  async priceStatistics(category: string | undefined): Promise<PriceStatistics> {
    return await this.catalogue.priceStatistics(category);
  }

  /**
   * In the order of the ids; unknown and deleted ones are left out, and with `shownOnly` those not shown.
   * @param texts false: with empty descriptions
   */
  async getAll(ids: readonly string[], shownOnly: boolean, texts: boolean): Promise<Product[]> {
    const products = await this.catalogue.findAll(ids, texts);
    return shownOnly ? products.filter(isShown) : products;
  }

  /** The same of what prices lines of a cart, with those of the variants. */
  async getPriced(
    ids: readonly string[],
    variantIds: readonly string[],
    shownOnly: boolean,
  ): Promise<PricedProduct[]> {
    const products = await this.catalogue.findPriced(ids, variantIds);
    return shownOnly ? products.filter(isShown) : products;
  }
}
