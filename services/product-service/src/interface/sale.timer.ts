import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, Logger } from '@vici/utils';
import { SwitchSalePrices } from '../application/switch-sale-prices.use-case.js';

/** A sale written by another process is seen within this time. */
const LONGEST_PAUSE_MS = 500;

/** Wakes when a sale begins or ends. */
@Injectable()
export class SaleTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;

  constructor(switching: SwitchSalePrices, logger: Logger) {
    const run = async () => {
      const next = await switching.execute();
      return next === undefined ? LONGEST_PAUSE_MS : Math.min(next.getTime() - Date.now(), LONGEST_PAUSE_MS);
    };
    const everyMs = LONGEST_PAUSE_MS;
    this.loop = new BackgroundLoop(
      { name: 'the switching of sale prices', service: 'product-service', everyMs, run },
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
