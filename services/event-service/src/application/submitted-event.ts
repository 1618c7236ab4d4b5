import type { Role } from '@vici/utils';

/** An event as a client sent it; nothing about it is known yet. */
export type SubmittedEvent = Readonly<Record<string, unknown>>;

/** Whose events these are. */
export interface Shopper {
  readonly role: Role;
  readonly userId?: string | undefined;
  /** The visit, a UUID. Comes before what an event says. */
  readonly sessionId?: string | undefined;
  /** The visit of events that name none, where the request does not name one either. */
  readonly fallbackSessionId?: string | undefined;
}

/** Where events come from. Kept in event_db, never sent on. */
export interface Origin {
  /** CIDR notation, see `clientNetwork`. */
  readonly network?: string | undefined;
  /** As the client sent it. */
  readonly userAgent?: string | undefined;
}

/** What one shopper sent, or is reported to have done in one request. */
export interface Submission {
  readonly events: readonly SubmittedEvent[];
  readonly shopper: Shopper;
  readonly origin: Origin;
  /** W3C trace of the request it was, where that is not the one being served. */
  readonly traceparent?: string | undefined;
}
