import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '@vici/utils';
import { CheckoutSaga } from '../application/checkout/checkout.saga.js';
import { SweepPace } from './sweep-pace.js';

/** Sagas of the worker and of callers that may run in this process at once; beyond it the worker waits. */
const MAX_ACTIVE = 20;
const BATCH = 10;

/**
 * Looks for sagas that are due and nobody runs: retries, deadlines, and what a killed process left behind. Processes
 * do not get in each other's way (SKIP LOCKED).
 */
@Injectable()
export class CheckoutWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private stopped = false;
  private woken = false;
  private interrupt: (() => void) | undefined;
  private readonly pace = new SweepPace(performance.now());
  private runsSeen = 0;

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

  /** Ends the present pause, or forgoes the next one. */
  wake(): void {
    this.woken = true;
    this.interrupt?.();
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
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

  private pauseMs(): number {
    const { runsBegun, activeCount } = this.saga;
    const now = performance.now();
    if (activeCount > 0 || runsBegun !== this.runsSeen) {
      this.runsSeen = runsBegun;
      this.pace.busy(now);
    }
    return this.pace.pauseMs(now);
  }

  private pause(): Promise<void> {
    const milliseconds = this.pauseMs();
    return new Promise((resolve) => {
      if (this.woken) {
        resolve();
        return;
      }
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.interrupt = done;
    });
  }
}
