import type { BaseOptions } from '@platformatic/kafka';
import type { BusLogger, BusMessage } from './event-bus.js';
import { TransactionalProducer } from './kafka-transactional-producer.js';

/** Most messages of one transaction: what waits beyond that goes into the next one. */
const TRANSACTION_MAX_MESSAGES = 6_000;
/** A transaction that takes longer is given up, in milliseconds. */
const TRANSACTION_LIMIT_MS = 3_000;

/** The limit was reached: nobody knows what became of the transaction. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

interface Waiting {
  readonly messages: readonly BusMessage[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes sets of messages, each of them all or none. One transaction runs at a time; the sets that arrive meanwhile
 * share the next one, so that the price of a commit is paid once for many.
 */
export class KafkaTransactions {
  readonly #transactionalId: string;
  #producer: TransactionalProducer | undefined;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closing: Promise<void> = Promise.resolve();

  /** `transactionalId` must be this process's alone: another producer with it would shut this one out. */
  constructor(
    private readonly client: BaseOptions,
    transactionalId: string,
    private readonly logger: BusLogger,
  ) {
    this.#transactionalId = transactionalId;
  }

  /** Committed when resolved. When rejected, none of the messages will be seen, unless the commit's answer was lost. */
  publish(messages: readonly BusMessage[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ messages, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Ends the transactions that wait, then the connections. */
  async close(): Promise<void> {
    await this.#running;
    await this.#closing;
    await this.#discard();
  }

  async #run(): Promise<void> {
    // Whoever publishes in the same turn shares the first transaction too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        await this.#commit(group.flatMap(({ messages }) => messages));
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#closing = this.#discard();
        // Whoever waits behind a broker that does not answer would wait for as long again.
        const behind = error instanceof NoAnswer ? this.#waiting.splice(0) : [];
        for (const { reject } of [...group, ...behind]) reject(error);
      }
    }
    this.#running = undefined;
  }

  #nextGroup(): Waiting[] {
    let count = 0;
    const end = this.#waiting.findIndex(({ messages }, index) => {
      count += messages.length;
      return index > 0 && count > TRANSACTION_MAX_MESSAGES;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #commit(messages: readonly BusMessage[]): Promise<void> {
    const work = this.#transact(messages);
    const { promise: limit, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new NoAnswer('Kafka did not commit in time')),
      TRANSACTION_LIMIT_MS,
    );
    try {
      await Promise.race([work, limit]);
    } finally {
      clearTimeout(timer);
      // Given up: its failure has been told by the limit.
      work.catch(() => undefined);
    }
  }

  #transact(messages: readonly BusMessage[]): Promise<void> {
    this.#producer ??= new TransactionalProducer(
      this.client,
      this.#transactionalId,
      TRANSACTION_LIMIT_MS,
      this.logger,
    );
    return this.#producer.transact(messages);
  }

  /** After a failure the state of a transactional producer is open; its successor ends what it left behind. */
  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    try {
      await producer?.close();
    } catch (error) {
      this.logger.warn('A Kafka producer did not close', { error });
    }
  }
}
