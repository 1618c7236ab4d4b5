import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '@vici/utils';
import { CheckoutSaga } from '../application/checkout/checkout.saga.js';

/** Sagas of the worker and of callers that may run in this process at once; beyond it the worker waits. */
const MAX_ACTIVE = 20;
const BATCH = 10;
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 1_000;

/**
 * Looks for sagas that are due and nobody runs: retries, deadlines, and what a killed process left behind. Processes
 * do not get in each other's way (SKIP LOCKED), and pauses are jittered so that they do not move in step.
 */
@Injectable()
export class CheckoutWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private stopped = false;
  private interrupt: (() => void) | undefined;

  constructor(
    private readonly saga: CheckoutSaga,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
    await this.saga.stop();
  }

  /** Ends the present pause. */
  wake(): void {
    this.interrupt?.();
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      const begun = await this.sweep();
      if (begun < BATCH) {
        await this.pause();
      }
    }
  }

  private async sweep(): Promise<number> {
    const room = Math.min(BATCH, MAX_ACTIVE - this.saga.activeCount);
    try {
      return room <= 0 ? 0 : await this.saga.runDue(room);
    } catch (error) {
      this.logger.error('due checkouts could not be read', { error });
      return 0;
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const milliseconds = MIN_PAUSE_MS + Math.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS);
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.interrupt = done;
    });
  }
}
