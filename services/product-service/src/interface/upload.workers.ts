import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, CONFIG, Logger } from '@vici/utils';
import { MakeVariants } from '../application/make-variants.use-case.js';
import { SweepUploads } from '../application/sweep-uploads.use-case.js';
import { Uploads } from '../application/uploads.js';
import type { ProductConfig } from '../product.config.js';

/** Jobs of other processes, and ones to be tried again, are seen within this time. */
const POLL_MS = 2000;
const HOUR_MS = 3_600_000;

/** Makes the variants of uploaded pictures, a few at a time, and removes what nothing shows. */
@Injectable()
export class UploadWorkers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly makers: readonly BackgroundLoop[];
  private readonly sweeper: BackgroundLoop;

  constructor(
    variants: MakeVariants,
    sweeping: SweepUploads,
    uploads: Uploads,
    logger: Logger,
    @Inject(CONFIG) config: Pick<
      ProductConfig,
      'PICTURE_WORKERS' | 'UPLOAD_KEEP_HOURS' | 'UPLOAD_SWEEP_INTERVAL_MS'
    >,
  ) {
    const service = 'product-service';
    const make = async () => ((await variants.execute()) ? 0 : POLL_MS);
    const making = { name: 'the making of pictures', service, everyMs: POLL_MS, run: make };
    this.makers = Array.from({ length: config.PICTURE_WORKERS }, () => new BackgroundLoop(making, logger));
    const everyMs = config.UPLOAD_SWEEP_INTERVAL_MS;
    const sweep = async () => void (await sweeping.execute(config.UPLOAD_KEEP_HOURS * HOUR_MS));
    this.sweeper = new BackgroundLoop(
      { name: 'the removal of pictures', service, everyMs, run: sweep },
      logger,
    );
    uploads.onCompleted(() => {
      for (const maker of this.makers) maker.wake();
    });
  }

  onApplicationBootstrap(): void {
    for (const loop of [...this.makers, this.sweeper]) loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.makers, this.sweeper].map((loop) => loop.stop()));
  }
}
