import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, CONFIG, Logger, Metrics } from '@vici/utils';
import { ProductActivity } from '../application/product-activity.js';
import type { ProductConfig } from '../product.config.js';

/** Brings popularity up to date with what was sold, every few seconds. */
@Injectable()
export class SalesCounter implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;

  constructor(
    activity: ProductActivity,
    logger: Logger,
    metrics: Metrics,
    @Inject(CONFIG) { POPULARITY_INTERVAL_MS: everyMs }: Pick<ProductConfig, 'POPULARITY_INTERVAL_MS'>,
  ) {
    metrics.gauge(
      'product_sales_uncounted',
      'Lines of confirmed orders that popularity does not count yet',
      [],
      async (gauge) => {
        gauge.set(await activity.uncountedSales());
      },
    );
    const run = async (stopping: AbortSignal) => {
      while (!stopping.aborted && (await activity.countSales()));
    };
    this.loop = new BackgroundLoop(
      { name: 'the counting of sales', service: 'product-service', everyMs, run },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
