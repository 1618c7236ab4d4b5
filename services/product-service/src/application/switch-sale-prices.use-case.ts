import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Metrics } from '@vici/utils';
import { ProductRepository } from './product.repository.js';
import { ProductCatalogue } from './product-catalogue.js';
import { productEvent } from './product-events.js';

const MOST_AT_ONCE = 200;

/** Tells everybody of sales that have begun or ended, and stores the prices by which lists are filtered and sorted. */
@Injectable()
export class SwitchSalePrices {
  private readonly switched: ReturnType<Metrics['counter']>;

  constructor(
    private readonly products: ProductRepository,
    private readonly catalogue: ProductCatalogue,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    metrics: Metrics,
  ) {
    this.switched = metrics.counter('product_sale_switches_total', 'Products whose sale began or ended');
  }

  /** @returns when the next sale begins or ends, undefined where none is to come */
  async execute(): Promise<Date | undefined> {
    for (let switched = MOST_AT_ONCE; switched === MOST_AT_ONCE; ) {
      switched = await this.unitOfWork.transaction(async () => {
        const ids = await this.products.switchPrices(MOST_AT_ONCE);
        const products = await this.catalogue.findAll(ids);
        await this.events.publish(...products.map((product) => productEvent('product.updated', product)));
        return ids.length;
      });
      this.switched.inc(switched);
    }
    return await this.products.nextPriceChange();
  }
}
