import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger, runInContext, systemContext } from '@vici/utils';
import { ResetLinkSignal } from '../application/ports.js';
import { SendResetLinks } from '../application/send-reset-links.use-case.js';

/** How often to look for what a process left behind that died between request and link. */
const PERIOD_MS = 5000;

/** Sends reset links after the request for them has been answered. */
@Injectable()
export class ResetLinkWorker extends ResetLinkSignal implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #woken = false;
  #stopped = false;

  constructor(
    private readonly links: SendResetLinks,
    private readonly logger: Logger,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.wake(), PERIOD_MS);
    this.#timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  wake(): void {
    this.#woken = true;
    if (this.#stopped || this.#running !== undefined) return;
    this.#running = runInContext(systemContext('auth-service'), () => this.run()).finally(() => {
      this.#running = undefined;
    });
  }

  private async run(): Promise<void> {
    while (this.#woken && !this.#stopped) {
      this.#woken = false;
      try {
        while (!this.#stopped && (await this.links.execute()));
      } catch (error) {
        // The request is still there: the next look takes it up again.
        this.logger.warn('A reset link could not be sent', { error });
      }
    }
  }
}
