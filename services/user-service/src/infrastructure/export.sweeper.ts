import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger, runInContext, systemContext } from '@vici/utils';
import { DataRequests } from '../application/data-requests.js';

const SWEEP_MS = 3_600_000;

/** Deletes exports that are too old to be fetched, every hour. */
@Injectable()
export class ExportSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly requests: DataRequests,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = runInContext(systemContext('user-service'), () => this.run());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const deleted = await this.requests.deleteOldExports();
        if (deleted > 0) this.logger.info('Exports that were too old are deleted.', { count: deleted });
      } catch (error) {
        this.logger.warn('Old exports could not be deleted; the next sweep tries again.', { error });
      }
      await sleep(SWEEP_MS, undefined, { signal, ref: false }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }
}
