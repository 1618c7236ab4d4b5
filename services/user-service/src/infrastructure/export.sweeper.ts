import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, Logger } from '@vici/utils';
import { DataRequests } from '../application/data-requests.js';

const SWEEP_MS = 3_600_000;

/** Deletes exports that are too old to be fetched, every hour. */
@Injectable()
export class ExportSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;

  constructor(requests: DataRequests, logger: Logger) {
    const run = async () => {
      const deleted = await requests.deleteOldExports();
      if (deleted > 0) logger.info('Exports that were too old are deleted.', { count: deleted });
    };
    this.loop = new BackgroundLoop(
      { name: 'the removal of old exports', service: 'user-service', everyMs: SWEEP_MS, run },
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
