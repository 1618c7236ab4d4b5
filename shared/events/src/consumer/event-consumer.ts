import type { ReceivedMessage } from '../bus/event-bus.js';
import type { Topic } from '../catalogue/index.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { compileBehaviourChecks } from '../envelope/fits-behaviour.js';
import type { ConsumerDependencies } from './consumer-dependencies.js';
import type { EventHandler } from './event-handler.js';
import { EventsTogether } from './events-together.js';
import { runHandler } from './handler-context.js';
import { MessageReader, type ReadMessage } from './message-reader.js';
import { withRetries } from './retries.js';
import { topicByType } from './subscription-topics.js';

/**
 * Handles events one by one: of one key in order, of different keys side by side; several in one transaction where
 * their handlers allow it. A message that keeps failing becomes a dead letter and the next one is handled; a
 * dependency that is down sends the batch back to the bus, where what has been handled already is recognised.
 */
export class EventConsumer {
  private readonly handlersByType: ReadonlyMap<string, readonly EventHandler[]>;
  private readonly topicsByType: ReadonlyMap<string, Topic>;
  private readonly reader: MessageReader;
  private readonly together: EventsTogether;

  constructor(
    readonly group: string,
    handlers: readonly EventHandler[],
    private readonly dependencies: ConsumerDependencies,
  ) {
    const types = new Set(handlers.flatMap((handler) => handler.types));
    compileBehaviourChecks(types);
    this.topicsByType = topicByType(types);
    this.handlersByType = new Map(
      [...types].map((type) => [type, handlers.filter((handler) => handler.types.includes(type))]),
    );
    this.together = new EventsTogether(group, this.handlersByType, dependencies);
    const wanted = (type: string, topic: string) => this.topicsByType.get(type) === topic;
    this.reader = new MessageReader(group, wanted, dependencies.deadLetters);
  }

  /** The topics to subscribe to. */
  get topics(): readonly Topic[] {
    return [...new Set(this.topicsByType.values())];
  }

  /** Handles what the bus delivered; resolved means everything in it is done with. */
  async handle(batch: readonly ReceivedMessage[]): Promise<void> {
    try {
      const read = await this.reader.readAll(batch);
      const abandoned = new AbortController();
      const apart = this.keysToHandleApart(read);
      await this.settled([
        this.handleTogether(
          read.filter(({ message }) => !apart.has(message.key)),
          abandoned,
        ),
        this.handleByKey(
          read.filter(({ message }) => apart.has(message.key)),
          abandoned,
        ),
      ]);
    } catch (error) {
      this.dependencies.metrics.redelivery(this.group);
      throw error;
    }
  }

  /** A key's events stay in order: one that needs a transaction of its own keeps the others of its key with it. */
  private keysToHandleApart(read: readonly ReadMessage[]): ReadonlySet<string> {
    return new Set(
      read.filter(({ event }) => !this.together.accepts(event)).map(({ message }) => message.key),
    );
  }

  private async handleTogether(read: readonly ReadMessage[], abandoned: AbortController): Promise<void> {
    for (const portion of this.together.portionsOf(read)) {
      if (abandoned.signal.aborted) return;
      this.dependencies.stop.assertTimeLeft();
      const events = portion.map(({ event }) => event);
      const handled = events.length > 1 && (await this.together.handle(events));
      if (!handled) await this.handleByKey(portion, abandoned);
    }
  }

  private async handleByKey(read: readonly ReadMessage[], abandoned: AbortController): Promise<void> {
    const chains = [...Map.groupBy(read, ({ message }) => message.key).values()];
    await this.settled(chains.map((chain) => this.handleInOrder(chain, abandoned)));
  }

  /** Waits for all of the work, then fails with what failed first in the list. */
  private async settled(work: readonly Promise<void>[]): Promise<void> {
    const outcomes = await Promise.allSettled(work);
    const rejected = outcomes.find((outcome) => outcome.status === 'rejected');
    if (rejected !== undefined) throw rejected.reason;
  }

  /** Messages of one key. The first failure, of this key or another, ends the work on the batch. */
  private async handleInOrder(chain: readonly ReadMessage[], abandoned: AbortController): Promise<void> {
    try {
      for (const read of chain) {
        if (abandoned.signal.aborted) return;
        this.dependencies.stop.assertTimeLeft();
        await this.handleOne(read);
      }
    } catch (error) {
      abandoned.abort();
      throw error;
    }
  }

  private async handleOne({ message, event }: ReadMessage): Promise<void> {
    const { retry, slots, stop, deadLetters } = this.dependencies;
    const givenUp = await withRetries(() => slots.run(() => this.takeEffect(event)), retry, stop);
    if (givenUp !== undefined) await deadLetters.put(message, this.group, givenUp);
  }

  private async takeEffect(event: DomainEvent): Promise<void> {
    const { service, effect, metrics } = this.dependencies;
    const handlers = this.handlersByType.get(event.type) ?? [];
    const { id, type, traceparent } = event;
    const run = { service, name: `event ${type}`, requestId: id, traceparent };
    const handled = await runHandler(run, () =>
      effect.apply(this.group, [event], async () => {
        for (const handler of handlers) await handler.handle(event);
      }),
    );
    metrics.handled(this.group, handled, 1);
  }
}
