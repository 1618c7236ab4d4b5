import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEventBatch, type ProductSnapshot } from '@vici/events';
import type { DeletedProduct } from '../application/product.repository.js';
import { RecordCatalogue } from '../application/record-catalogue.use-case.js';
import type { CatalogueProduct } from '../domain/catalogue.js';

type ProductEvent = DomainEvent<'product.created' | 'product.updated' | 'product.deleted'>;

/** Keeps the service's copy of the catalogue and of the stock in step with their owners. */
@Injectable()
export class CatalogueEventHandlers {
  constructor(private readonly catalogue: RecordCatalogue) {}

  @OnEventBatch(
    { topics: ['product-events'], maxBatch: 200 },
    'product.created',
    'product.updated',
    'product.deleted',
  )
  async productEvents(events: ProductEvent[]): Promise<void> {
    const changed: CatalogueProduct[] = [];
    const deleted: DeletedProduct[] = [];
    for (const { type, data } of events) {
      if (type === 'product.deleted') deleted.push({ id: data.productId, version: data.version });
      else changed.push(toProduct(data));
    }
    await this.catalogue.recordProducts(changed, deleted);
  }

  @OnEventBatch({ topics: ['inventory-events'], maxBatch: 200 }, 'stock.changed')
  async stockEvents(events: DomainEvent<'stock.changed'>[]): Promise<void> {
    await this.catalogue.recordStock(
      events.map(({ time, data }) => ({
        productId: data.productId,
        available: Math.max(0, data.productAvailable),
        at: new Date(time),
      })),
    );
  }
}

function toProduct(snapshot: ProductSnapshot): CatalogueProduct {
  const { productId, name, categoryId, categoryPath, categoryName, tags, brand, price, image } = snapshot;
  return {
    id: productId,
    name,
    categoryPath: categoryPath.length > 0 ? categoryPath : [categoryId],
    categoryName,
    tags,
    ...(brand !== undefined && { brand }),
    price: price.amountMinor,
    image,
    rating: snapshot.rating,
    active: snapshot.status === 'ACTIVE',
    createdAt: Date.parse(snapshot.createdAt),
    version: snapshot.version,
  };
}
