import {
  type BusSubscription,
  createEventBus,
  type DomainEvent,
  EVENT_CATALOGUE,
  type EventBus,
  type EventBusConfig,
  parseEvent,
  type Topic,
  toMessages,
  topicSpecs,
} from '@vici/events';
import { newId } from '@vici/utils';
import { testLogger } from './test-logger.js';

function topicsOf(source: string): Topic[] {
  const events = Object.values(EVENT_CATALOGUE).filter((event) => event.source === source);
  return [
    ...new Set(events.flatMap((event): readonly Topic[] => event.topics)),
    'audit-events',
    'privacy-events',
  ];
}

/** Listens on the bus to what one service publishes, and speaks to it as the other services would. */
export class PublishedEvents {
  readonly #bus: EventBus;
  readonly #source: string;
  readonly #byId = new Map<string, DomainEvent>();
  readonly #audits = new Map<string, DomainEvent<'audit.recorded'>>();
  #subscription: BusSubscription | undefined;

  private constructor(bus: EventBus, source: string) {
    this.#bus = bus;
    this.#source = source;
  }

  /** `source`: the publishing service as the catalogue names it, such as 'order-service'. */
  static async listen(config: EventBusConfig, source: string): Promise<PublishedEvents> {
    const bus = createEventBus(config, { clientName: 'vici-test', logger: testLogger() });
    await bus.ensureTopics(topicSpecs());
    const events = new PublishedEvents(bus, source);
    events.#subscription = await bus.subscribe({
      group: `test-${newId()}`,
      topics: topicsOf(source),
      from: 'earliest',
      handle: async (batch) => {
        for (const { value } of batch) events.#collect(value);
      },
    });
    return events;
  }

  /** What has arrived so far, in order of arrival; an event on two topics is there once. */
  get all(): readonly DomainEvent[] {
    return [...this.#byId.values()];
  }

  /** The privileged acts on record so far, in order of arrival. */
  get audits(): readonly DomainEvent<'audit.recorded'>[] {
    return [...this.#audits.values()];
  }

  /** Forgets what has arrived so far. */
  clear(): void {
    this.#byId.clear();
    this.#audits.clear();
  }

  async publish(event: DomainEvent): Promise<void> {
    await this.#bus.publish(toMessages(event));
  }

  async close(): Promise<void> {
    await this.#subscription?.stop();
    await this.#bus.close();
  }

  #collect(value: string): void {
    const event = parseEvent(value);
    if (isAudit(event)) this.#audits.set(event.id, event);
    else if (event?.source === `vici/${this.#source}`) this.#byId.set(event.id, event);
  }
}

function isAudit(event: DomainEvent | undefined): event is DomainEvent<'audit.recorded'> {
  return event?.type === 'audit.recorded';
}
