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
  const definition = EVENT_CATALOGUE[type];
  const trace: Record<string, string> = {};
  injectTrace(trace);
  const envelope: EventEnvelope<T> = {
    specversion: '1.0',
    id: event.id ?? newId(),
    source: `vici/${event.source ?? definition.source}`,
    type,
    subject: event.subject,
    time: (event.time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:vici:event:${type}:v${definition.version}`,
    data: event.data,
    ...(trace.traceparent === undefined ? {} : { traceparent: trace.traceparent }),
  };
  return envelope;
}
