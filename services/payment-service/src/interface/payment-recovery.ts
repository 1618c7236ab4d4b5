import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, CONFIG, Logger } from '@vici/utils';
import {
  RecoverCaptures,
  RecoverProviderEvents,
  RecoverRefunds,
} from '../application/recover-payments.use-case.js';
import type { PaymentConfig } from '../payment.config.js';

/** Looks every few seconds for payments whose last step is missing and finishes them. */
@Injectable()
export class PaymentRecovery implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;

  constructor(
    captures: RecoverCaptures,
    refunds: RecoverRefunds,
    events: RecoverProviderEvents,
    logger: Logger,
    @Inject(CONFIG) config: PaymentConfig,
  ) {
    const { PAYMENT_RECOVERY_AFTER_MS: after, PAYMENT_RECOVERY_INTERVAL_MS: everyMs } = config;
    const run = async () => {
      await captures.execute(after);
      await refunds.execute(after);
      await events.execute(after);
    };
    this.loop = new BackgroundLoop(
      { name: 'payment recovery', service: 'payment-service', everyMs, run },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
