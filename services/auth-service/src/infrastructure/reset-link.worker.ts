import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, Logger } from '@vici/utils';
import { ResetLinkSignal } from '../application/ports.js';
import { SendResetLinks } from '../application/send-reset-links.use-case.js';

/** How often to look for what a process left behind that died between request and link. */
const PERIOD_MS = 5000;

/** Sends reset links after the request for them has been answered. */
@Injectable()
export class ResetLinkWorker extends ResetLinkSignal implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop: BackgroundLoop;

  constructor(links: SendResetLinks, logger: Logger) {
    super();
    const run = async (stopping: AbortSignal): Promise<void> => {
      while (!stopping.aborted && (await links.execute()));
    };
    this.#loop = new BackgroundLoop(
      { name: 'the sending of reset links', service: 'auth-service', everyMs: PERIOD_MS, run },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  wake(): void {
    this.#loop.wake();
  }
}
