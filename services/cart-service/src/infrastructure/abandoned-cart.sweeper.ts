import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, Clock, CONFIG, Logger } from '@vici/utils';
import { AbandonedCartRepository } from '../application/abandoned/abandoned-cart.repository.js';
import { ReportAbandonedCarts } from '../application/abandoned/report-abandoned-carts.use-case.js';
import type { CartConfig } from '../cart.config.js';

const BATCH = 100;

/** Looks for abandoned carts from time to time, in every process: each cart is told of by one of them. */
@Injectable()
export class AbandonedCartSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop: BackgroundLoop;

  constructor(
    private readonly report: ReportAbandonedCarts,
    private readonly repository: AbandonedCartRepository,
    private readonly clock: Clock,
    logger: Logger,
    @Inject(CONFIG) { CART_SWEEP_INTERVAL_MS: everyMs }: CartConfig,
  ) {
    this.#loop = new BackgroundLoop(
      {
        name: 'the search for abandoned carts',
        service: 'cart-service',
        everyMs,
        firstAfterMs: everyMs,
        run: (stopping) => this.sweep(stopping),
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  private async sweep(stopping: AbortSignal): Promise<void> {
    let found = BATCH;
    while (found === BATCH && !stopping.aborted) found = await this.report.execute(BATCH);
    await this.repository.removeExpired(this.clock.now());
  }
}
