import type { ReceivedMessage } from '../bus/event-bus.js';
import type { Topic } from '../catalogue/index.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { compileBehaviourChecks } from '../envelope/fits-behaviour.js';
import type { ConsumerDependencies } from './consumer-dependencies.js';
import type { EventHandler } from './event-handler.js';
import { runHandler } from './handler-context.js';
import { MessageReader } from './message-reader.js';
import { withRetries } from './retries.js';
import { topicByType } from './subscription-topics.js';

/**
 * Handles events one by one: of one key in order, of different keys side by side. A message that keeps
 * failing becomes a dead letter and the next one is handled; a dependency that is down sends the batch
 * back to the bus, where what has been handled already is recognised.
 */
export class EventConsumer {
  private readonly handlersByType: ReadonlyMap<string, readonly EventHandler[]>;
  private readonly topicsByType: ReadonlyMap<string, Topic>;
  private readonly reader: MessageReader;

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
    const wanted = (type: string, topic: string) => this.topicsByType.get(type) === topic;
    this.reader = new MessageReader(group, wanted, dependencies.deadLetters);
  }

  /** The topics to subscribe to. */
  get topics(): readonly Topic[] {
    return [...new Set(this.topicsByType.values())];
  }

  /** Handles what the bus delivered; resolved means everything in it is done with. */
  async handle(batch: readonly ReceivedMessage[]): Promise<void> {
    const chains = [...Map.groupBy(batch, (message) => message.key).values()];
    const abandoned = new AbortController();
    const outcomes = await Promise.allSettled(chains.map((chain) => this.handleInOrder(chain, abandoned)));
    const rejected = outcomes.find((outcome) => outcome.status === 'rejected');
    if (rejected === undefined) return;
    this.dependencies.metrics.redelivery(this.group);
    throw rejected.reason;
  }

  /** Messages of one key. The first failure, of this key or another, ends the work on the batch. */
  private async handleInOrder(chain: readonly ReceivedMessage[], abandoned: AbortController): Promise<void> {
    try {
      for (const message of chain) {
        if (abandoned.signal.aborted) return;
        this.dependencies.stop.assertTimeLeft();
        await this.handleMessage(message);
      }
    } catch (error) {
      abandoned.abort();
      throw error;
    }
  }

  private async handleMessage(message: ReceivedMessage): Promise<void> {
    const { retry, slots, stop, deadLetters } = this.dependencies;
    const event = await this.reader.read(message);
    if (event === undefined) return;
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
