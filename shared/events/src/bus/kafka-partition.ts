import { backoffDelay, pause } from './backoff.js';
import type { BusLogger, SubscriptionOptions } from './event-bus.js';
import type { KafkaRecordRead } from './kafka-records.js';

const DEFAULT_MAX_BATCH = 100;

/** What a partition needs from the session that owns it. */
export interface PartitionOwner {
  readonly subscription: SubscriptionOptions;
  readonly logger: BusLogger;
  /** Stores that everything before `offset` has been handled; `leaderEpoch` is that of the last message. */
  commit(topic: string, partition: number, offset: bigint, leaderEpoch: number): Promise<void>;
  /** Called when the partition can take more records. */
  onSpace(): void;
}

/**
 * One partition this process owns: takes fetched records and handles them in order, one batch at a
 * time. A batch whose handler throws is repeated until it succeeds or the partition is given up.
 */
export class KafkaPartition {
  /** Set while a fetch for this partition is under way. */
  fetching = false;
  #buffer: KafkaRecordRead[] = [];
  #work: Promise<void> | undefined;
  #committed: bigint;
  #leaderEpoch = -1;
  readonly #finish = new AbortController();
  #revoked = false;

  constructor(
    readonly topic: string,
    readonly partition: number,
    public position: bigint,
    private readonly owner: PartitionOwner,
    /** Ends when a former owner in this process has ended its batch of this partition. */
    private readonly predecessor: Promise<void>,
  ) {
    this.#committed = position;
  }

  /** Two batches are kept: one is handled while the next one arrives. */
  get hasSpace(): boolean {
    return !this.#finish.signal.aborted && this.#buffer.length < this.#maxBatch;
  }

  /** Takes what a fetch from `position` brought. */
  take(records: readonly KafkaRecordRead[], next: bigint): void {
    if (this.#finish.signal.aborted) return;
    const moved = next > this.position;
    this.position = next;
    this.#buffer.push(...records);
    // Without messages it was the mark at the end of a transaction: it is done with as well.
    if (this.#buffer.length > 0 || moved) this.#work ??= this.#handleBuffer();
  }

  /** Ends the batch in flight, commits it and takes nothing more. */
  async finish(): Promise<void> {
    this.#finish.abort();
    this.#buffer = [];
    await this.#work;
  }

  /** The same without a commit: the partition belongs to another member now. */
  async revoke(): Promise<void> {
    this.#revoked = true;
    await this.finish();
  }

  get #maxBatch(): number {
    return this.owner.subscription.maxBatch ?? DEFAULT_MAX_BATCH;
  }

  async #handleBuffer(): Promise<void> {
    await this.predecessor;
    while (this.#buffer.length > 0 || this.position > this.#committed) {
      const batch = this.#buffer.splice(0, this.#maxBatch);
      this.owner.onSpace();
      if (batch.length > 0 && !(await this.#handle(batch))) break;
      await this.#commit(batch);
      if (this.#finish.signal.aborted) break;
    }
    this.#work = undefined;
  }

  async #handle(batch: readonly KafkaRecordRead[]): Promise<boolean> {
    const messages = batch.map(({ message }) => message);
    for (let failures = 1; ; failures += 1) {
      try {
        await this.owner.subscription.handle(messages);
        return true;
      } catch (error) {
        const { logger, subscription } = this.owner;
        logger.warn('Event handler failed; the batch comes again', {
          ...this.#log,
          group: subscription.group,
          firstOffset: messages[0]?.offset,
          failures,
          error,
        });
      }
      await pause(backoffDelay(failures), this.#finish.signal);
      if (this.#finish.signal.aborted) return false;
    }
  }

  async #commit(batch: readonly KafkaRecordRead[]): Promise<void> {
    const last = batch.at(-1);
    this.#leaderEpoch = last?.leaderEpoch ?? this.#leaderEpoch;
    const next = this.#doneUpTo(last);
    for (let failures = 1; next !== undefined && !this.#revoked; failures += 1) {
      try {
        await this.owner.commit(this.topic, this.partition, next, this.#leaderEpoch);
        this.#committed = next;
        return;
      } catch (error) {
        // A later commit covers this one; without it the batch is repeated by the next owner.
        this.owner.logger.warn('Offset not committed', { ...this.#log, failures, error });
        if (this.#finish.signal.aborted) return;
        await pause(backoffDelay(failures), this.#finish.signal);
      }
    }
  }

  /** With nothing in hand that is where the next fetch begins, marks of transactions included. */
  #doneUpTo(last: KafkaRecordRead | undefined): bigint | undefined {
    const idle = this.#buffer.length === 0 && !this.#finish.signal.aborted;
    return idle ? this.position : last && last.offset + 1n;
  }

  get #log(): Record<string, unknown> {
    return { topic: this.topic, partition: this.partition };
  }
}
