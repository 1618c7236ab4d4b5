import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, CONFIG, Logger, runInContext, systemContext } from '@vici/utils';
import { AbandonedCartRepository } from '../application/abandoned/abandoned-cart.repository.js';
import { ReportAbandonedCarts } from '../application/abandoned/report-abandoned-carts.use-case.js';
import type { CartConfig } from '../cart.config.js';

const BATCH = 100;

/** Looks for abandoned carts from time to time, in every process: each cart is told of by one of them. */
@Injectable()
export class AbandonedCartSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #failing = false;
  #stopped = false;

  constructor(
    private readonly report: ReportAbandonedCarts,
    private readonly repository: AbandonedCartRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: CartConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.sweep().finally(() => {
        this.#running = undefined;
      });
    }, this.config.CART_SWEEP_INTERVAL_MS);
    this.#timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  private async sweep(): Promise<void> {
    try {
      await runInContext(systemContext('cart-service'), async () => {
        let found = BATCH;
        while (found === BATCH && !this.#stopped) found = await this.report.execute(BATCH);
        await this.repository.removeExpired(this.clock.now());
      });
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.logger.warn('Abandoned carts could not be looked for', { error });
      this.#failing = true;
    }
  }
}
