import { Injectable } from '@nestjs/common';
import { OnEvent } from '@vici/events';
import { CatalogueCache } from './catalogue-cache.js';

/** Every gateway hears of every change of catalogue and stock, so that none shows what was. */
@Injectable()
export class CatalogueEventHandlers {
  constructor(private readonly cache: CatalogueCache) {}

  @OnEvent('product.created', 'product.updated', 'product.deleted', 'review.created')
  async catalogueChanged(): Promise<void> {
    this.cache.clear();
  }

  @OnEvent('stock.changed', 'stock.depleted', 'stock.replenished')
  async stockChanged(): Promise<void> {
    this.cache.clear();
  }
}
