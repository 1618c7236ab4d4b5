import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, CONFIG, Logger } from '@vici/utils';
import { ReceiveWebhook } from '../../application/receive-webhook.use-case.js';
import type { PaymentConfig } from '../../payment.config.js';
import { SandboxPaymentProvider } from './sandbox.payment-provider.js';
import { type DueWebhook, SandboxWebhookQueue } from './sandbox-webhook.queue.js';
import { SandboxWebhookSignal } from './sandbox-webhook.signal.js';

const BATCH = 50;
/** What is told within so long is delivered together. A processor's webhook is no faster. */
const GATHER_MS = 200;

/** Delivers the sandbox's webhooks, signed, to the handler a real provider's HTTP request goes to. */
@Injectable()
export class SandboxWebhookCourier implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;
  private gathering: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: SandboxWebhookQueue,
    private readonly provider: SandboxPaymentProvider,
    private readonly webhook: ReceiveWebhook,
    private readonly signal: SandboxWebhookSignal,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: PaymentConfig,
  ) {
    const everyMs = config.SANDBOX_WEBHOOK_INTERVAL_MS;
    this.loop = new BackgroundLoop(
      {
        name: 'the delivery of sandbox webhooks',
        service: 'payment-service',
        everyMs,
        run: () => this.deliverDue(),
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    if (!this.config.SANDBOX_WEBHOOKS) return;
    this.signal.listen(() => this.gather());
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.gathering);
    await this.loop.stop();
  }

  private gather(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.loop.wake();
    }, GATHER_MS);
  }

  private async deliverDue(): Promise<void> {
    const due = await this.queue.take(BATCH);
    const taken = await Promise.all(due.map((webhook) => this.deliver(webhook)));
    const delivered = due.filter((_, index) => taken[index]).map(({ id }) => id);
    if (delivered.length > 0) await this.queue.markDelivered(delivered);
    if (due.length === BATCH) this.loop.wake();
  }

  /** False: not taken; it comes again. */
  private async deliver({ id, body }: DueWebhook): Promise<boolean> {
    try {
      await this.webhook.execute(body, this.provider.sign(body));
      return true;
    } catch (error) {
      this.logger.warn('a sandbox webhook was not taken; it is sent again', {
        webhookId: id.toString(),
        error,
      });
      return false;
    }
  }
}
