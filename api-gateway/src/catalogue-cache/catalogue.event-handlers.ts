import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { CatalogueCache } from './catalogue-cache.js';

/** Every gateway hears of every change of catalogue and stock, so that none shows what was. */
@Injectable()
export class CatalogueEventHandlers {
  constructor(private readonly cache: CatalogueCache) {}

  @OnEvent('product.created', 'product.updated', 'product.deleted', 'review.created', 'review.moderated')
  async catalogueChanged({
    data,
  }: DomainEvent<
    'product.created' | 'product.updated' | 'product.deleted' | 'review.created' | 'review.moderated'
  >): Promise<void> {
    this.cache.productChanged(data.productId);
  }

  @OnEvent('stock.changed', 'stock.depleted', 'stock.replenished')
  async stockChanged({
    data,
  }: DomainEvent<'stock.changed' | 'stock.depleted' | 'stock.replenished'>): Promise<void> {
    this.cache.productChanged(data.productId);
  }
}
