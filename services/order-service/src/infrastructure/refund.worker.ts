import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '@vici/utils';
import { RefundProcess } from '../application/refunds/refund-process.js';
import { SweepLoop } from './sweep-loop.js';

const BATCH = 10;

/** Looks for refunds that are due: retries, and what a killed process left behind. */
@Injectable()
export class RefundWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new SweepLoop({ sweep: () => this.sweep(), wasBusy: () => this.wasBusy() });
  private busy = false;

  constructor(
    private readonly refunds: RefundProcess,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async sweep(): Promise<boolean> {
    try {
      const made = await this.refunds.runDue(BATCH);
      this.busy ||= made > 0;
      return made >= BATCH;
    } catch (error) {
      this.logger.error('due refunds could not be read', { error });
      return false;
    }
  }

  private wasBusy(): boolean {
    const { busy } = this;
    this.busy = false;
    return busy;
  }
}
