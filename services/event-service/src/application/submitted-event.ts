import type { Role } from '@vici/utils';

/** An event as somebody sends it, nothing of it checked. */
export interface SubmittedEvent {
  readonly id: string;
  readonly eventType: string;
  /** Milliseconds since the epoch; zero means now. */
  readonly timestamp: bigint;
  readonly sessionId?: string | undefined;
  readonly productId?: string | undefined;
  readonly variantId?: string | undefined;
  readonly categoryId?: string | undefined;
  /** Minor units. */
  readonly price?: number | undefined;
  readonly quantity?: number | undefined;
  readonly position?: number | undefined;
  readonly source?: string | undefined;
  readonly query?: string | undefined;
  readonly resultsCount?: number | undefined;
  readonly resultProductIds: readonly string[];
  readonly recommendationId?: string | undefined;
  /** JSON object of scalars. */
  readonly metadataJson?: string | undefined;
}

/** Whose events these are. */
export interface Shopper {
  readonly role: Role;
  readonly userId?: string | undefined;
  /** The visit, a UUID. */
  readonly sessionId?: string | undefined;
}

/** Where events come from. Kept in event_db, never sent on. */
export interface Origin {
  /** CIDR notation, see `clientNetwork`. */
  readonly network?: string | undefined;
  readonly userAgent?: string | undefined;
}
