import { invalidField, parseJson } from '@vici/utils';
import { z } from 'zod';
import type { SubmittedEvent } from '../application/submitted-event.js';

const body = z.object({ events: z.array(z.unknown()) });
/** What is no object has no id, and is refused by its place in the batch. */
const NO_EVENT: SubmittedEvent = {};

/**
 * The events of a batch as the client wrote it, `{ "events": [...] }`.
 * @throws DomainError VALIDATION_FAILED when it is not that
 */
export function eventsOfBody(bytes: Uint8Array): SubmittedEvent[] {
  const { data } = body.safeParse(parseJson(Buffer.from(bytes).toString('utf8')));
  if (data === undefined) throw invalidField('events', 'must be an array');
  return data.events.map((event) => (isObject(event) ? event : NO_EVENT));
}

function isObject(value: unknown): value is SubmittedEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
