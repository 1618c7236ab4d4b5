import {
  BEHAVIOUR_TYPES,
  type BehaviourType,
  createCheckedEvent,
  type DomainEvent,
  EVENT_CATALOGUE,
  fitsBehaviour,
  isBehaviourType,
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
const MAX_METADATA_CHARACTERS = 8_192;

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
  const { productId, variantId, categoryId, price, quantity, position } = submitted;
  const { source, query, resultsCount, recommendationId } = submitted;
  return fittingEvent(eventType, id.toLowerCase(), {
    userId: shopper.userId,
    sessionId: session,
    timestamp: time,
    productId,
    variantId,
    categoryId,
    price,
    quantity,
    position,
    source,
    query,
    resultsCount,
    resultProductIds: noResults ? undefined : resultProductIds,
    recommendationId,
    receivedAt: now.getTime(),
    bot: bot ? true : undefined,
    metadata,
    eventType,
  });
}

/** Every field of the catalogue has a place, so that a new one is not forgotten and all events are of one shape. */
type Fields = Readonly<Record<keyof DomainEvent<BehaviourType>['data'], unknown>>;

function fittingEvent(type: BehaviourType, id: string, fields: Fields): Verdict {
  if (!fitsBehaviour(type, fields)) return { reason: faultOf(type, fields) };
  const unstorable = unstorableField(fields);
  if (unstorable !== undefined) return { reason: `${unstorable} contains characters that are not text.` };
  const subject = fields.userId ?? fields.sessionId;
  return { event: createCheckedEvent(type, { id, subject, data: fields, time: new Date(fields.timestamp) }) };
}

function faultOf(type: BehaviourType, fields: Fields): string {
  const { error } = EVENT_CATALOGUE[type].schema.safeParse(fields);
  const [issue] = error?.issues ?? [];
  const field = String(issue?.path[0] ?? 'event');
  const value: unknown = Reflect.get(fields, field);
  return `${field} ${value === undefined ? 'is required' : `is not valid: ${issue?.message}`}.`;
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

function unstorableField(fields: object): string | undefined {
  for (const [name, value] of Object.entries(fields)) {
    if (!isStorable(value)) return name;
  }
  return undefined;
}

/** PostgreSQL keeps no NUL and no half of a surrogate pair in jsonb; one such event would fail its whole batch. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}
