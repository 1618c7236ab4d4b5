import { z } from 'zod';
import type { EventType } from '../catalogue/index.js';
import type { DomainEvent } from './domain-event.js';
import { isEventType, parseData } from './parse-data.js';

const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  /** In lower case, as PostgreSQL gives a uuid back. */
  id: z.uuid().toLowerCase(),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json').default('application/json'),
  dataschema: z.string().default(''),
  data: z.unknown(),
  traceparent: z.string().optional(),
});

/** A received message that is no event of the catalogue. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
  readonly code = 'INVALID_EVENT';
}

/**
 * Reads a CloudEvent from JSON and checks envelope and data.
 * `wanted` is asked before the data is checked; a type it refuses gives `undefined`.
 * @throws InvalidEventError naming the faulty fields, never their values.
 */
export function parseEvent(
  json: string,
  wanted: (type: EventType) => boolean = () => true,
): DomainEvent | undefined {
  const envelope = check(() => envelopeSchema.parse(parseJson(json)), 'envelope');
  const { type, traceparent } = envelope;
  if (!isEventType(type) || !wanted(type)) return undefined;
  const data = check(() => parseData(type, envelope.data), type);
  // Type and data belong together: the schema of just this type has checked the data.
  return { ...envelope, type, data, ...(traceparent === undefined ? {} : { traceparent }) } as DomainEvent;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new InvalidEventError('the message is not JSON');
  }
}

function check<T>(parse: () => T, what: string): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const faults = error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.code}`);
    throw new InvalidEventError(`${what} does not fit its schema: ${faults.slice(0, 5).join(', ')}`);
  }
}
