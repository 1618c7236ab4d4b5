import {
  BEHAVIOUR_TYPES,
  type BehaviourType,
  createEvent,
  type DomainEvent,
  EVENT_CATALOGUE,
} from '@vici/events';
import { isUuid } from '@vici/utils';
import { timeFault } from '../domain/event-time.js';
import type { Shopper, SubmittedEvent } from './submitted-event.js';

/** A behaviour event that is fit to be kept and published. */
export type BehaviourEvent = DomainEvent<BehaviourType>;

/** What came out of checking an event: the event, or a sentence that names the faulty field. */
export type Verdict = { readonly event: BehaviourEvent } | { readonly reason: string };

/** What only Vici itself may report: it follows from an order, not from what a browser says. */
const SYSTEM_TYPES: ReadonlySet<BehaviourType> = new Set<BehaviourType>(['purchase', 'checkout_complete']);
const MAX_METADATA_CHARACTERS = 8_192;

/** Whether the catalogue has this type of behaviour. */
export function isBehaviourType(type: string): type is BehaviourType {
  return BEHAVIOUR_TYPES.some((known) => known === type);
}

/** Checks one event on its own. User and session are the shopper's; the event's session counts only without one. */
export function checkEvent(submitted: SubmittedEvent, shopper: Shopper, now: Date): Verdict {
  const { id, eventType, timestamp, sessionId, metadataJson, resultProductIds, ...fields } = submitted;
  if (!isUuid(id)) return { reason: 'id must be a UUID.' };
  if (!isBehaviourType(eventType))
    return { reason: `eventType must be one of ${BEHAVIOUR_TYPES.join(', ')}.` };
  if (SYSTEM_TYPES.has(eventType) && shopper.role !== 'system') {
    return { reason: `eventType ${eventType} is reported by the shop itself and not taken from clients.` };
  }
  const time = timestamp === 0n ? now.getTime() : Number(timestamp);
  const lateOrEarly = timeFault(time, now);
  if (lateOrEarly !== undefined) return { reason: lateOrEarly };
  const session = sessionOf(shopper, sessionId);
  if (session === undefined)
    return { reason: 'sessionId must be a UUID where the request names no session.' };
  const metadata = metadataJson === undefined ? undefined : parsedObject(metadataJson);
  if (metadata === 'invalid') {
    return { reason: `metadata must be a JSON object of at most ${MAX_METADATA_CHARACTERS} characters.` };
  }
  return fittingEvent(eventType, id.toLowerCase(), {
    ...fields,
    eventType,
    timestamp: time,
    userId: shopper.userId,
    sessionId: session,
    ...(resultProductIds.length > 0 && { resultProductIds }),
    ...(metadata !== undefined && { metadata }),
  });
}

function fittingEvent(type: BehaviourType, id: string, fields: Readonly<Record<string, unknown>>): Verdict {
  const parsed = EVENT_CATALOGUE[type].schema.safeParse(fields);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? 'event');
    const fault = fields[field] === undefined ? 'is required' : `is not valid: ${issue?.message}`;
    return { reason: `${field} ${fault}.` };
  }
  const { data } = parsed;
  const unstorable = Object.entries(data).find(([, value]) => !isStorable(value));
  if (unstorable !== undefined) return { reason: `${unstorable[0]} contains characters that are not text.` };
  const subject = data.userId ?? data.sessionId;
  return { event: createEvent(type, { id, subject, data, time: new Date(data.timestamp) }) };
}

function sessionOf(shopper: Shopper, ownSession: string | undefined): string | undefined {
  if (shopper.sessionId !== undefined) return shopper.sessionId;
  return ownSession !== undefined && isUuid(ownSession) ? ownSession.toLowerCase() : undefined;
}

function parsedObject(json: string): object | 'invalid' {
  if (json.length > MAX_METADATA_CHARACTERS) return 'invalid';
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : 'invalid';
  } catch {
    return 'invalid';
  }
}

/** PostgreSQL keeps no NUL and no half of a surrogate pair in jsonb; one such event would fail its whole batch. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}
