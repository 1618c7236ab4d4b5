import { Injectable } from '@nestjs/common';
import { notFound } from '@vici/utils';
import { StockWatchRepository } from './stock-watch.repository.js';

/** A shopper's wishes to hear when a product is back. */
@Injectable()
export class StockWatches {
  constructor(private readonly watches: StockWatchRepository) {}

  /** @throws DomainError NOT_FOUND when nobody has told of such a product */
  async watch(userId: string, productId: string): Promise<void> {
    if (!(await this.watches.watch(userId, productId))) throw notFound('Product', productId);
  }

  async unwatch(userId: string, productId: string): Promise<void> {
    await this.watches.unwatch(userId, productId);
  }
}
