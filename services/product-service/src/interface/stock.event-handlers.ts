import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEventBatch } from '@vici/events';
import { ProductActivity } from '../application/product-activity.js';

/** Keeps the stock of the catalogue in step with what inventory-service tells. */
@Injectable()
export class StockEventHandlers {
  constructor(private readonly activity: ProductActivity) {}

  @OnEventBatch({ topics: ['inventory-events'], maxBatch: 200 }, 'stock.changed')
  async onStockChanged(events: readonly DomainEvent<'stock.changed'>[]): Promise<void> {
    await this.activity.recordStock(
      events.map(({ data: { sku, available, orderable = available, version } }) => ({
        sku,
        available,
        backorderable: Math.max(0, orderable - Math.max(0, available)),
        version,
      })),
    );
  }
}
