import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger, Metrics, runInContext, systemContext, WakeSignal } from '@vici/utils';
import { DeliveryRepository } from '../application/delivery.repository.js';
import { DeliverySettings, SendDelivery } from '../application/send-delivery.use-case.js';
import type { ClaimedDelivery } from '../domain/delivery.js';
import { SEND_LIMIT_MS } from './smtp-mail.provider.js';

/** How long a delivery may wait when no wake-up reached this process. */
const POLL_MS = 1_000;
const AFTER_FAILURE_MS = 1_000;
/** Longer than the longest sending and the recording after it: a claim that lapses belongs to a dead process. */
const LEASE_MS = SEND_LIMIT_MS + 20_000;
const STOP_MS = 5_000;

/**
 * Sends what is due: woken when a delivery is committed, and by a timer for retries and for what other processes left.
 * A delivery is claimed only when it can be sent at once, so that no claim grows old in a queue.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly active = new Set<Promise<void>>();
  private running: Promise<void> | undefined;
  private stopped = false;
  /** The last claim was full: more may be due than there was room for. */
  private moreMayBeDue = false;

  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly sending: SendDelivery,
    private readonly signal: WakeSignal,
    private readonly settings: DeliverySettings,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge('notification_deliveries_open', 'Mails that wait or are being sent', [], async (gauge) =>
      gauge.set(await deliveries.countOpen()),
    );
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Ends the mails on their way; what takes longer than five seconds is left to its claim's end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.signal.wake();
    await this.running;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, STOP_MS);
    await Promise.race([Promise.allSettled(this.active), limit.promise]);
    clearTimeout(timer);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.signal.reset();
      try {
        await this.begin();
        await this.signal.wait(POLL_MS);
      } catch (error) {
        this.logger.error('due mails could not be read', { error });
        await this.signal.wait(AFTER_FAILURE_MS);
      }
    }
  }

  private async begin(): Promise<void> {
    const room = this.settings.atOnce - this.active.size;
    if (room === 0) return;
    const claimed = await this.deliveries.claim(room, LEASE_MS);
    this.moreMayBeDue = claimed.length === room;
    for (const delivery of claimed) {
      const sending = this.send(delivery);
      this.active.add(sending);
      void sending.finally(() => {
        this.active.delete(sending);
        // The place is free for the next one.
        if (this.moreMayBeDue) this.signal.wake();
      });
    }
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    try {
      await runInContext(systemContext('notification-service'), () => this.sending.execute(delivery));
    } catch (error) {
      this.logger.error('the outcome of a mail could not be recorded', { deliveryId: delivery.id, error });
    }
  }
}
