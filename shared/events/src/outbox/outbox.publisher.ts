import type { Database } from '@vici/database';
import { EVENT_CATALOGUE } from '../catalogue/index.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { partitionKey } from '../envelope/partition-key.js';
import type { EventsTables } from '../events.tables.js';
import { TYPE_HEADER } from '../headers.js';
import { EventPublisher } from './event-publisher.js';
import { type OutboxMessage, OutboxStore } from './outbox.store.js';

/** Kafka takes messages of up to 1 MB: one it refuses for good would hold up the whole outbox behind it. */
const MAX_EVENT_BYTES = 900_000;

/** Writes events to the outbox and wakes the relay of this process once they are committed. */
export class OutboxPublisher extends EventPublisher {
  private readonly store: OutboxStore;

  constructor(
    private readonly database: Database<EventsTables>,
    private readonly onCommitted: () => void,
    /** Who announces the commits; the relay that `onCommitted` wakes need not hear of them a second time. */
    private readonly origin = '',
  ) {
    super();
    this.store = new OutboxStore(database);
  }

  async publish(...events: DomainEvent[]): Promise<void> {
    if (!this.database.inTransaction) {
      throw new Error(
        'EventPublisher.publish needs an open transaction: the event and its change commit together',
      );
    }
    if (events.length === 0) return;
    await this.store.add(events.flatMap(toMessages), this.origin);
    this.database.afterCommit(this.onCommitted);
  }
}

/** One message per topic of the event's type. @throws Error when the event is larger than 900,000 bytes. */
export function toMessages(event: DomainEvent): OutboxMessage[] {
  const value = JSON.stringify(event);
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_EVENT_BYTES) {
    throw new Error(
      `${event.type} ${event.id} is too large for the bus: ${bytes} of ${MAX_EVENT_BYTES} bytes`,
    );
  }
  const headers = headersOf(event);
  const key = partitionKey(event);
  return EVENT_CATALOGUE[event.type].topics.map((topic) => ({ id: event.id, topic, key, value, headers }));
}

type Headers = OutboxMessage['headers'];

/** Those of the trace at hand, by type: events come many at a time, and the bus encodes the same headers once. */
let made: { readonly traceparent: string | undefined; readonly byType: Map<string, Headers> } | undefined;

function headersOf({ type, traceparent }: DomainEvent): Headers {
  if (made === undefined || made.traceparent !== traceparent) made = { traceparent, byType: new Map() };
  let headers = made.byType.get(type);
  if (headers === undefined) {
    headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      [TYPE_HEADER]: type,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    made.byType.set(type, headers);
  }
  return headers;
}
