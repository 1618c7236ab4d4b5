import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type BackgroundLoop, Logger } from '@vici/utils';
import { CheckoutSaga } from '../application/checkout/checkout.saga.js';
import { sweepLoop } from './sweep-loop.js';

/** Sagas of the worker and of callers that may run in this process at once; beyond it the worker waits. */
const MAX_ACTIVE = 20;
const BATCH = 10;

/**
 * Looks for sagas that are due and nobody runs: retries, deadlines, and what a killed process left behind. Processes
 * do not get in each other's way (SKIP LOCKED).
 */
@Injectable()
export class CheckoutWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: BackgroundLoop;
  private runsSeen = 0;

  constructor(
    private readonly saga: CheckoutSaga,
    logger: Logger,
  ) {
    const name = 'the search for due checkouts';
    this.loop = sweepLoop({ name, sweep: () => this.sweep(), wasBusy: () => this.wasBusy() }, logger);
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.saga.stop();
  }

  /** Looks at once. */
  wake(): void {
    this.loop.wake();
  }

  private async sweep(): Promise<boolean> {
    const room = Math.min(BATCH, MAX_ACTIVE - this.saga.activeCount);
    return room > 0 && (await this.saga.runDue(room)) >= BATCH;
  }

  private wasBusy(): boolean {
    const { runsBegun, activeCount } = this.saga;
    const busy = activeCount > 0 || runsBegun !== this.runsSeen;
    this.runsSeen = runsBegun;
    return busy;
  }
}
