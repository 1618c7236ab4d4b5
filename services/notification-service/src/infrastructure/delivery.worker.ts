import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger, Metrics, runInContext, systemContext, WakeSignal } from '@vici/utils';
import { CLAIM_MS, DeliveryRepository } from '../application/delivery.repository.js';
import { SendDelivery } from '../application/send-delivery.use-case.js';
import { type Sender, SendingPlaces } from '../application/sending-places.js';
import type { ClaimedDelivery } from '../domain/delivery.js';

/** How long a delivery may wait when no wake-up reached this process. */
const POLL_MS = 1_000;
const AFTER_FAILURE_MS = 1_000;
const STOP_MS = 5_000;

/**
 * Sends what is due: woken when a delivery is committed, and by a timer for retries and for what other processes left.
 * A delivery is claimed only when it can be sent at once, so that no claim grows old in a queue.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown, Sender {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly sending: SendDelivery,
    private readonly signal: WakeSignal,
    private readonly places: SendingPlaces,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge('notification_deliveries_open', 'Mails that wait or are being sent', [], async (gauge) =>
      gauge.set(await deliveries.countOpen()),
    );
  }

  onApplicationBootstrap(): void {
    this.places.open(this);
    this.running = this.run();
  }

  /** Ends the mails on their way; what takes longer than five seconds is left to its claim's end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.signal.wake();
    await this.running;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, STOP_MS);
    await Promise.race([this.places.close(), limit.promise]);
    clearTimeout(timer);
  }

  async send(delivery: ClaimedDelivery): Promise<void> {
    try {
      await runInContext(systemContext('notification-service'), () => this.sending.execute(delivery));
    } catch (error) {
      this.logger.error('the outcome of a mail could not be recorded', { deliveryId: delivery.id, error });
    }
  }

  async giveBack(delivery: ClaimedDelivery): Promise<void> {
    await this.deliveries.defer(delivery, 'its sender was stopped', 0);
  }

  placeFreed(): void {
    this.signal.wake();
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
    const room = this.places.free;
    const claimed = room === 0 ? [] : await this.deliveries.claim(room, CLAIM_MS);
    this.places.noteWaiting(claimed.length === room);
    for (const delivery of claimed) await this.places.take(delivery);
  }
}
