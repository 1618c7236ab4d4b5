import type {
  BusMessage,
  BusSubscription,
  EventBus,
  ReceivedMessage,
  SubscriptionOptions,
  TopicSpec,
} from './event-bus.js';

/** A bus whose topics and groups have longer names on the broker, so that several Vicis can share a cluster. */
export class PrefixedEventBus implements EventBus {
  constructor(
    private readonly prefix: string,
    private readonly bus: EventBus,
  ) {}

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.bus.ensureTopics(topics.map((topic) => ({ ...topic, name: this.outside(topic.name) })));
  }

  publish(messages: readonly BusMessage[]): Promise<void> {
    return this.bus.publish(messages.map((message) => this.sent(message)));
  }

  publishTogether(messages: readonly BusMessage[]): Promise<void> {
    return this.bus.publishTogether(messages.map((message) => this.sent(message)));
  }

  subscribe(subscription: SubscriptionOptions): Promise<BusSubscription> {
    return this.bus.subscribe({
      ...subscription,
      group: this.outside(subscription.group),
      topics: subscription.topics.map((topic) => this.outside(topic)),
      handle: (batch) => subscription.handle(batch.map((message) => this.received(message))),
    });
  }

  ping(): Promise<void> {
    return this.bus.ping();
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  readAll(topic: string, visit: (message: ReceivedMessage) => Promise<void> | void): Promise<number> {
    return this.bus.readAll(this.outside(topic), (message) => visit(this.received(message)));
  }

  async lag(group: string, topics: readonly string[]): Promise<Record<string, number>> {
    const names = topics.map((topic) => this.outside(topic));
    const lags = await this.bus.lag(this.outside(group), names);
    return Object.fromEntries(Object.entries(lags).map(([topic, lag]) => [this.inside(topic), lag]));
  }

  private sent(message: BusMessage): BusMessage {
    return { ...message, topic: this.outside(message.topic) };
  }

  private received(message: ReceivedMessage): ReceivedMessage {
    return { ...message, topic: this.inside(message.topic) };
  }

  private outside(name: string): string {
    return `${this.prefix}${name}`;
  }

  private inside(name: string): string {
    return name.slice(this.prefix.length);
  }
}
