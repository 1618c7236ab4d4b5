import type { Logger } from '@vici/utils';
import type { BusSubscription, EventBus, ReceivedMessage } from '../bus/event-bus.js';
import { type Backoff, backoffMs, pause } from '../retry/backoff.js';

const RESUBSCRIBE: Backoff = { baseMs: 250, factor: 2, maxMs: 4_000 };

/** One consumer group and what it does with its messages. */
export interface GroupConsumer {
  readonly group: string;
  readonly topics: readonly string[];
  readonly maxBatch?: number | undefined;
  handle(batch: readonly ReceivedMessage[]): Promise<void>;
}

/** Keeps a consumer subscribed, from whenever the bus can be reached until it is stopped. */
export class GroupSubscription {
  private readonly stopping = new AbortController();
  private starting: Promise<BusSubscription | undefined> | undefined;

  constructor(
    private readonly bus: EventBus,
    private readonly consumer: GroupConsumer,
    /** Every process for itself: a group of its own, from now on, and gone when it stops. */
    private readonly broadcast: boolean,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the group is subscribed, or stopped before that. */
  async start(): Promise<void> {
    this.starting ??= this.subscribe();
    await this.starting;
  }

  /** Ends the batch in flight and leaves the group. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const subscription = await this.starting;
    await subscription?.stop();
  }

  private async subscribe(): Promise<BusSubscription | undefined> {
    const { group, topics, maxBatch } = this.consumer;
    for (let failures = 1; !this.stopping.signal.aborted; failures += 1) {
      try {
        return await this.bus.subscribe({
          group,
          topics,
          from: this.broadcast ? 'latest' : 'earliest',
          ephemeral: this.broadcast,
          ...(maxBatch === undefined ? {} : { maxBatch }),
          handle: (batch) => this.consumer.handle(batch),
        });
      } catch (error) {
        this.logger.warn('could not subscribe; it tries again', { group, topics, failures, error });
        await pause(backoffMs(RESUBSCRIBE, failures), this.stopping.signal);
      }
    }
    return undefined;
  }
}
