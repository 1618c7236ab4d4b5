import type { ServerSentEvent } from './event-stream.js';

/** Events kept for one subscriber that is slow to take them. */
const LONGEST_BACKLOG = 100;

/**
 * Hands what this process hears from the event bus to the streams that are open in it, by channel (the id of an order).
 * Every gateway hears of every event, so a stream may be open in any of them. Each kind of stream has a feed of its own:
 * an injectable class that extends this with the type of its events.
 */
export abstract class LiveFeed<T> {
  private readonly channels = new Map<string, Set<Subscription<T>>>();

  /** Gives an event to every subscriber of a channel. */
  publish(channel: string, event: ServerSentEvent<T>): void {
    for (const subscription of this.channels.get(channel) ?? []) {
      subscription.add(event);
    }
  }

  /** Whether anybody listens: what costs something to make need not be made for nobody. */
  hasSubscribers(channel: string): boolean {
    return this.channels.has(channel);
  }

  /**
   * The events of a channel from now on. It ends by itself when its reader is more than 100 events behind: the client
   * connects again and begins with what is.
   */
  subscribe(channel: string): AsyncIterableIterator<ServerSentEvent<T>> {
    const subscription: Subscription<T> = new Subscription(() => this.remove(channel, subscription));
    const subscriptions = this.channels.get(channel) ?? new Set();
    this.channels.set(channel, subscriptions.add(subscription));
    return subscription;
  }

  /**
   * What is, then what changes, with nothing missed between: `current` is read when the channel is subscribed already.
   * @throws what `current` throws; the subscription is given back then
   */
  async follow(
    channel: string,
    current: () => Promise<readonly ServerSentEvent<T>[]>,
  ): Promise<AsyncIterable<ServerSentEvent<T>>> {
    const changes = this.subscribe(channel);
    try {
      return new Following(await current(), changes);
    } catch (error) {
      await changes.return?.();
      throw error;
    }
  }

  private remove(channel: string, subscription: Subscription<T>): void {
    const subscriptions = this.channels.get(channel);
    subscriptions?.delete(subscription);
    if (subscriptions?.size === 0) {
      this.channels.delete(channel);
    }
  }
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

class Subscription<T> implements AsyncIterableIterator<ServerSentEvent<T>> {
  private readonly backlog: ServerSentEvent<T>[] = [];
  private waiting: ((result: IteratorResult<ServerSentEvent<T>>) => void) | undefined;
  private ended = false;

  constructor(private readonly onEnd: () => void) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  add(event: ServerSentEvent<T>): void {
    const { waiting } = this;
    if (waiting !== undefined) {
      this.waiting = undefined;
      waiting({ done: false, value: event });
    } else if (this.backlog.length < LONGEST_BACKLOG) {
      this.backlog.push(event);
    } else {
      this.end();
    }
  }

  async next(): Promise<IteratorResult<ServerSentEvent<T>>> {
    const event = this.backlog.shift();
    if (event !== undefined) {
      return { done: false, value: event };
    }
    if (this.ended) {
      return END;
    }
    const { promise, resolve } = Promise.withResolvers<IteratorResult<ServerSentEvent<T>>>();
    this.waiting = resolve;
    return await promise;
  }

  async return(): Promise<IteratorResult<ServerSentEvent<T>>> {
    this.backlog.length = 0;
    this.end();
    return END;
  }

  private end(): void {
    if (!this.ended) {
      this.ended = true;
      this.onEnd();
      this.waiting?.(END);
      this.waiting = undefined;
    }
  }
}

/** Some events that are there already, then a subscription's. */
class Following<T> implements AsyncIterableIterator<ServerSentEvent<T>> {
  private readonly first: ServerSentEvent<T>[];

  constructor(
    first: readonly ServerSentEvent<T>[],
    private readonly rest: AsyncIterableIterator<ServerSentEvent<T>>,
  ) {
    this.first = [...first];
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ServerSentEvent<T>>> {
    const event = this.first.shift();
    return event === undefined ? await this.rest.next() : { done: false, value: event };
  }

  async return(): Promise<IteratorResult<ServerSentEvent<T>>> {
    await this.rest.return?.();
    return END;
  }
}
