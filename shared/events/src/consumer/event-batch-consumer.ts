import type { ReceivedMessage } from '../bus/event-bus.js';
import { EVENT_CATALOGUE, type Topic } from '../catalogue/index.js';
import { compileBehaviourChecks } from '../envelope/fits-behaviour.js';
import type { ConsumerDependencies } from './consumer-dependencies.js';
import type { EventBatchHandler } from './event-handler.js';
import { GatheredRounds } from './gathered-rounds.js';
import { runHandler } from './handler-context.js';
import { MessageReader, type ReadMessage } from './message-reader.js';
import { type RetryPolicy, withRetries } from './retries.js';

/** What several partitions bring within so long is handled together, in milliseconds, unless told otherwise. */
const GATHER_MS = 20;
const SHORTEST_GATHER_MS = 10;
const DEFAULT_ROUND = 100;

/**
 * Handles events in batches, each in one transaction; those of several partitions go together where they come close to
 * each other. A batch that keeps failing is handled event by event, so that only the faulty event becomes a dead letter.
 */
export class EventBatchConsumer {
  private readonly reader: MessageReader;
  private readonly one: RetryPolicy;
  private readonly rounds: GatheredRounds<ReadMessage>;

  constructor(
    readonly group: string,
    private readonly handler: EventBatchHandler,
    private readonly dependencies: ConsumerDependencies,
  ) {
    compileBehaviourChecks(handler.types);
    const types: ReadonlySet<string> = new Set(handler.types);
    assertCarried(handler);
    this.reader = new MessageReader(group, (type) => types.has(type), dependencies.deadLetters);
    this.rounds = new GatheredRounds((read) => this.takeEffect(read), {
      enough: handler.maxBatch ?? DEFAULT_ROUND,
      shortestMs: SHORTEST_GATHER_MS,
      longestMs: handler.gatherMs ?? GATHER_MS,
    });
    // The batch has used up the policy; its single events are tried briefly.
    this.one = { ...dependencies.retry, tries: Math.min(2, dependencies.retry.tries), finalTries: 1 };
  }

  /** The topics to subscribe to. */
  get topics(): readonly Topic[] {
    return this.handler.topics;
  }

  get maxBatch(): number | undefined {
    return this.handler.maxBatch;
  }

  /** Handles what the bus delivered; resolved means everything in it is done with. */
  async handle(batch: readonly ReceivedMessage[]): Promise<void> {
    try {
      const read = await this.reader.readAll(batch);
      if (read.length === 0) return;
      const { retry, stop } = this.dependencies;
      const givenUp = await withRetries(() => this.rounds.add(read), retry, stop);
      if (givenUp !== undefined) await this.handleOneByOne(read, givenUp.error);
    } catch (error) {
      this.dependencies.metrics.redelivery(this.group);
      throw error;
    }
  }

  private async handleOneByOne(read: readonly ReadMessage[], error: unknown): Promise<void> {
    const { deadLetters, stop, logger } = this.dependencies;
    logger.warn('batch keeps failing; its events are handled one by one', {
      group: this.group,
      size: read.length,
      error,
    });
    for (const one of read) {
      stop.assertTimeLeft();
      const givenUp = await withRetries(() => this.takeEffect([one]), this.one, stop);
      if (givenUp !== undefined) await deadLetters.put(one.message, this.group, givenUp);
    }
  }

  private async takeEffect(read: readonly ReadMessage[]): Promise<void> {
    const { service, effect, metrics, slots } = this.dependencies;
    const events = read.map(({ event }) => event);
    const traceparents = events.map(({ traceparent }) => traceparent);
    const handled = await slots.run(() =>
      runHandler({ service, name: `events ${this.handler.name}`, traceparents }, () =>
        effect.apply(this.group, events, this.handler.handle),
      ),
    );
    metrics.handled(this.group, handled, events.length);
  }
}

function assertCarried(handler: EventBatchHandler): void {
  const topics: ReadonlySet<Topic> = new Set(handler.topics);
  const lost = handler.types.filter(
    (type) => !EVENT_CATALOGUE[type].topics.some((topic) => topics.has(topic)),
  );
  if (lost.length > 0) {
    throw new Error(
      `${handler.name} handles ${lost.join(', ')}, which ${handler.topics.join(', ')} do not carry`,
    );
  }
}
