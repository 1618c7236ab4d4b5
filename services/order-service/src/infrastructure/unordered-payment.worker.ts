import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type BackgroundLoop, Logger, runInContext, systemContext } from '@vici/utils';
import type { CheckoutIntent } from '../application/ports/checkout-intent.repository.js';
import { SettleUnorderedPaymentUseCase } from '../application/unordered/settle-unordered-payment.use-case.js';
import { UnorderedPayments } from '../application/unordered/unordered-payments.port.js';
import { sweepLoop } from './sweep-loop.js';

const BATCH = 10;

/** Looks for payments whose shopper has not come back to confirm. */
@Injectable()
export class UnorderedPaymentWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: BackgroundLoop;
  private busy = false;

  constructor(
    private readonly unordered: UnorderedPayments,
    private readonly settling: SettleUnorderedPaymentUseCase,
    private readonly logger: Logger,
  ) {
    const name = 'the search for payments without an order';
    this.loop = sweepLoop({ name, sweep: () => this.sweep(), wasBusy: () => this.wasBusy() }, logger);
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async sweep(): Promise<boolean> {
    const due = await this.unordered.take(BATCH);
    for (const intent of due) {
      await runInContext(systemContext('order-service'), () => this.settle(intent));
    }
    this.busy ||= due.length > 0;
    return due.length >= BATCH;
  }

  private async settle(intent: CheckoutIntent): Promise<void> {
    try {
      await this.settling.execute(intent);
      await this.unordered.settled(intent.id);
    } catch (error) {
      this.logger.warn('a payment without an order could not be settled; it is tried again', {
        paymentIntentId: intent.id,
        error,
      });
    }
  }

  private wasBusy(): boolean {
    const { busy } = this;
    this.busy = false;
    return busy;
  }
}
