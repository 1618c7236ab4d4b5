import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, CONFIG, Logger, Metrics } from '@vici/utils';
import { ExpireReservations, SWEEP_BATCH } from '../application/expire-reservations.use-case.js';
import type { InventoryConfig } from '../inventory.config.js';

/** Ends lapsed reservations every few seconds, batch by batch while there are any. */
@Injectable()
export class ReservationSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;

  constructor(
    private readonly reservations: ExpireReservations,
    @Inject(CONFIG) config: InventoryConfig,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.loop = new BackgroundLoop(
      {
        name: 'the end of lapsed reservations',
        service: 'inventory-service',
        everyMs: config.RESERVATION_SWEEP_INTERVAL_MS,
        run: (stopping) => this.sweep(stopping),
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async sweep(stopping: AbortSignal): Promise<void> {
    const expired = this.metrics.counter(
      'inventory_reservations_swept_total',
      'Reservations whose time was over',
    );
    let ended = SWEEP_BATCH;
    while (ended === SWEEP_BATCH && !stopping.aborted) {
      ended = await this.reservations.execute();
      expired.inc(ended);
      if (ended > 0) this.logger.info('reservations expired', { count: ended });
    }
  }
}
