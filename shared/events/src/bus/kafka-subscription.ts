import type { Admin, BaseOptions } from '@platformatic/kafka';
import { backoffDelay, pause } from './backoff.js';
import type { BusLogger, BusSubscription, SubscriptionOptions } from './event-bus.js';
import { startAtEnd } from './kafka-offsets.js';
import { KafkaSession } from './kafka-session.js';

/** After a session of this length the next failure counts as the first one again. */
const STABLE_AFTER_MS = 10_000;

/** Client options and shared clients of a subscription. */
export interface KafkaSubscriptionDependencies {
  readonly client: BaseOptions;
  readonly admin: Admin;
  readonly logger: BusLogger;
  readonly sessionTimeoutMs: number;
}

/** Keeps one session after the other alive until it is stopped. */
export class KafkaSubscription implements BusSubscription {
  readonly #stop = new AbortController();
  readonly #ending = new Map<string, Promise<void>>();
  #positioned: boolean;
  #running: Promise<void> | undefined;

  constructor(
    private readonly subscription: SubscriptionOptions,
    private readonly dependencies: KafkaSubscriptionDependencies,
  ) {
    this.#positioned = subscription.from !== 'latest';
  }

  /** Fixes the start position if Kafka can be reached, and starts consuming in any case. */
  async start(): Promise<void> {
    try {
      await this.#position();
    } catch (error) {
      this.#warn('Subscribed while Kafka is away', error);
    }
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const began = performance.now();
      try {
        await this.#position();
        const { client, logger, sessionTimeoutMs } = this.dependencies;
        const { subscription } = this;
        const ending = this.#ending;
        const session = new KafkaSession({ client, subscription, logger, sessionTimeoutMs, ending });
        await session.run(this.#stop.signal);
      } catch (error) {
        failures = performance.now() - began > STABLE_AFTER_MS ? 1 : failures + 1;
        this.#warn('Consumer session ended; starting another one', error);
        await pause(backoffDelay(failures), this.#stop.signal);
      }
    }
    await Promise.all(this.#ending.values());
  }

  async #position(): Promise<void> {
    if (this.#positioned) return;
    const { group, topics } = this.subscription;
    await startAtEnd(this.dependencies.admin, group, topics);
    this.#positioned = true;
  }

  #warn(message: string, error: unknown): void {
    const { group, topics } = this.subscription;
    this.dependencies.logger.warn(message, { group, topics, error });
  }
}
