import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, Logger, Metrics, runInContext, systemContext } from '@vici/utils';
import { ExpireReservations, SWEEP_BATCH } from '../application/expire-reservations.use-case.js';
import type { InventoryConfig } from '../inventory.config.js';

/** Ends lapsed reservations every few seconds, batch by batch while there are any. */
@Injectable()
export class ReservationSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly reservations: ExpireReservations,
    @Inject(CONFIG) private readonly config: InventoryConfig,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.running = runInContext(systemContext('inventory-service'), () => this.run());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.sweep();
      } catch (error) {
        this.logger.warn('lapsed reservations could not be ended; the next sweep tries again', { error });
      }
      await pause(this.config.RESERVATION_SWEEP_INTERVAL_MS, signal);
    }
  }

  private async sweep(): Promise<void> {
    const expired = this.metrics.counter(
      'inventory_reservations_swept_total',
      'Reservations whose time was over',
    );
    let ended = SWEEP_BATCH;
    while (ended === SWEEP_BATCH && !this.stopping.signal.aborted) {
      ended = await this.reservations.execute();
      expired.inc(ended);
      if (ended > 0) this.logger.info('reservations expired', { count: ended });
    }
  }
}

/** Waits, but not longer than the service runs. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
