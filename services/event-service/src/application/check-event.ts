import {
  BEHAVIOUR_TYPES,
  type BehaviourType,
  createCheckedEvent,
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

/** What the shop knows of a batch besides its events. */
export interface Reception {
  readonly shopper: Shopper;
  readonly now: Date;
  /** Sent by a program. */
  readonly bot: boolean;
}

/** What only Vici itself may report: it follows from an order, not from what a browser says. */
const SYSTEM_TYPES: ReadonlySet<string> = new Set<BehaviourType>(['purchase', 'checkout_complete']);
const KNOWN_TYPES: ReadonlySet<unknown> = new Set(BEHAVIOUR_TYPES);
const MAX_METADATA_CHARACTERS = 8_192;

/** Whether the catalogue has this type of behaviour. */
export function isBehaviourType(type: unknown): type is BehaviourType {
  return KNOWN_TYPES.has(type);
}

/** Checks one event on its own. User and session are the shopper's; the event's session counts only without one. */
export function checkEvent(submitted: SubmittedEvent, { shopper, now, bot }: Reception): Verdict {
  const { id, eventType, timestamp = 0, sessionId, metadata, resultProductIds } = submitted;
  if (typeof id !== 'string' || !isUuid(id)) return { reason: 'id must be a UUID.' };
  if (!isBehaviourType(eventType))
    return { reason: `eventType must be one of ${BEHAVIOUR_TYPES.join(', ')}.` };
  if (SYSTEM_TYPES.has(eventType) && shopper.role !== 'system') {
    return { reason: `eventType ${eventType} is reported by the shop itself and not taken from clients.` };
  }
  if (typeof timestamp !== 'number') return { reason: 'timestamp must be milliseconds since the epoch.' };
  const time = timestamp === 0 ? now.getTime() : timestamp;
  const lateOrEarly = timeFault(time, now);
  if (lateOrEarly !== undefined) return { reason: lateOrEarly };
  const session = sessionOf(shopper, sessionId);
  if (session === undefined)
    return { reason: 'sessionId must be a UUID where the request names no session.' };
  if (metadata !== undefined && !isSmallObject(metadata)) {
    return { reason: `metadata must be a JSON object of at most ${MAX_METADATA_CHARACTERS} characters.` };
  }
  const noResults = Array.isArray(resultProductIds) && resultProductIds.length === 0;
  return fittingEvent(eventType, id.toLowerCase(), {
    ...submitted,
    timestamp: time,
    userId: shopper.userId,
    sessionId: session,
    resultProductIds: noResults ? undefined : resultProductIds,
    receivedAt: now.getTime(),
    bot: bot ? true : undefined,
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
  return { event: createCheckedEvent(type, { id, subject, data, time: new Date(data.timestamp) }) };
}

function sessionOf(shopper: Shopper, ownSession: unknown): string | undefined {
  if (shopper.sessionId !== undefined) return shopper.sessionId;
  if (ownSession === undefined) return shopper.fallbackSessionId;
  return typeof ownSession === 'string' && isUuid(ownSession) ? ownSession.toLowerCase() : undefined;
}

function isSmallObject(value: unknown): boolean {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && JSON.stringify(value).length <= MAX_METADATA_CHARACTERS;
}

/** PostgreSQL keeps no NUL and no half of a surrogate pair in jsonb; one such event would fail its whole batch. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}
