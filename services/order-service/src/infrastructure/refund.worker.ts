import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type BackgroundLoop, Logger } from '@vici/utils';
import { RefundProcess } from '../application/refunds/refund-process.js';
import { sweepLoop } from './sweep-loop.js';

const BATCH = 10;

/** Looks for refunds that are due: retries, and what a killed process left behind. */
@Injectable()
export class RefundWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: BackgroundLoop;
  private busy = false;

  constructor(
    private readonly refunds: RefundProcess,
    logger: Logger,
  ) {
    const name = 'the search for due refunds';
    this.loop = sweepLoop({ name, sweep: () => this.sweep(), wasBusy: () => this.wasBusy() }, logger);
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async sweep(): Promise<boolean> {
    const made = await this.refunds.runDue(BATCH);
    this.busy ||= made > 0;
    return made >= BATCH;
  }

  private wasBusy(): boolean {
    const { busy } = this;
    this.busy = false;
    return busy;
  }
}
