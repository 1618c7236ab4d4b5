import type { EventData, EventType } from '../catalogue/index.js';

/** A CloudEvents 1.0 event of one type. */
export interface EventEnvelope<T extends EventType> {
  readonly specversion: '1.0';
  /** UUID, unique: an event met twice under one id counts once. */
  readonly id: string;
  /** Who made it, as `vici/<service>`. */
  readonly source: string;
  readonly type: T;
  /** Id of the aggregate the event is about. */
  readonly subject: string;
  /** When it happened, ISO 8601 in UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Name and version of the schema of `data`. */
  readonly dataschema: string;
  readonly data: EventData<T>;
  /** W3C trace context of the request that caused the event. */
  readonly traceparent?: string;
}

/** An event of one of the types `T`; over a union it is a union that `type` tells apart. */
export type DomainEvent<T extends EventType = EventType> = { [K in T]: EventEnvelope<K> }[T];
