import { injectTrace, newId } from '@vici/utils';
import { EVENT_CATALOGUE, type EventData, type EventType } from '../catalogue/index.js';
import type { DomainEvent, EventEnvelope } from './domain-event.js';
import { parseData } from './parse-data.js';

/** What a maker of an event says; the rest of the envelope follows from the type. */
export interface NewEvent<T extends EventType> {
  /** Id of the aggregate; also the partition key, except for behaviour events. */
  readonly subject: string;
  readonly data: EventData<T>;
  /** Default: a new UUIDv7. A given id makes the event idempotent. */
  readonly id?: string;
  /** The service that makes it, where the catalogue names several makers. */
  readonly source?: string;
  /** When it happened. Default: now. */
  readonly time?: Date;
}

/**
 * Makes an event of the catalogue, with the trace of the running request. Fields of `data` that the schema
 * does not know are left out.
 * @throws ZodError when `data` does not fit the schema of the type.
 */
export function createEvent<T extends EventType>(type: T, event: NewEvent<T>): DomainEvent<T> {
  return createCheckedEvent(type, { ...event, data: parseData(type, event.data) });
}

/** The same around `data` that the schema of the type has given out just before: it is not checked a second time. */
export function createCheckedEvent<T extends EventType>(type: T, event: NewEvent<T>): DomainEvent<T> {
  const trace: Record<string, string> = {};
  injectTrace(trace);
  const stamp = stampOf(type);
  const envelope: EventEnvelope<T> = {
    specversion: '1.0',
    id: event.id ?? newId(),
    source: event.source === undefined ? stamp.source : `vici/${event.source}`,
    type,
    subject: event.subject,
    time: (event.time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    dataschema: stamp.dataschema,
    data: event.data,
  };
  return trace.traceparent === undefined ? envelope : { ...envelope, traceparent: trace.traceparent };
}

/** What the envelopes of a type have in common. */
interface Stamp {
  readonly source: string;
  readonly dataschema: string;
}

const stamps = new Map<EventType, Stamp>();

function stampOf(type: EventType): Stamp {
  let stamp = stamps.get(type);
  if (stamp === undefined) {
    const { source, version } = EVENT_CATALOGUE[type];
    stamp = { source: `vici/${source}`, dataschema: `urn:vici:event:${type}:v${version}` };
    stamps.set(type, stamp);
  }
  return stamp;
}
