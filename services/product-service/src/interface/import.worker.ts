import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, Logger } from '@vici/utils';
import { ProductImports } from '../application/product-imports.js';
import { RunImport } from '../application/run-import.use-case.js';

/** An import that another process has left is seen within this time after its lease. */
const POLL_MS = 2000;
const CLEAN_MS = 3_600_000;

/** Runs the imports, one at a time in each process. */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly runner: BackgroundLoop;
  private readonly cleaner: BackgroundLoop;

  constructor(running: RunImport, imports: ProductImports, logger: Logger) {
    const service = 'product-service';
    const run = async (stopping: AbortSignal) => ((await running.execute(stopping)) ? 0 : POLL_MS);
    this.runner = new BackgroundLoop(
      { name: 'the import of products', service, everyMs: POLL_MS, run },
      logger,
    );
    const clean = async () => void (await imports.forgetOld());
    this.cleaner = new BackgroundLoop(
      { name: 'the removal of old imports', service, everyMs: CLEAN_MS, run: clean },
      logger,
    );
    imports.onStarted(() => this.runner.wake());
  }

  onApplicationBootstrap(): void {
    this.runner.start();
    this.cleaner.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.runner.stop(), this.cleaner.stop()]);
  }
}
