/** An event of the archive as it was published. */
export interface StoredEvent {
  readonly id: string;
  readonly eventType: string;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event of the archive, with what is known beside it. */
export interface ArchivedEvent extends StoredEvent {
  readonly userId: string | undefined;
  readonly sessionId: string;
  readonly clientNetwork: string | undefined;
  /** Family of the browser. */
  readonly userAgent: string | undefined;
  readonly bot: boolean;
  /** Who signed in during the session of an event that names nobody. */
  readonly stitchedUserId: string | undefined;
}

/** A place in the archive. */
export interface ArchivePosition {
  readonly receivedAt: Date;
  readonly id: string;
}

/** What is asked for, by time of arrival: from inclusive, to exclusive. */
export interface ArchiveRange {
  readonly from: Date;
  readonly to: Date;
}

/** Which events are listed. */
export interface ArchiveFilter extends ArchiveRange {
  /** Their own events and those of sessions they signed in from, while nobody was signed in. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly eventType?: string | undefined;
}

/** Reads the archive. */
export abstract class EventQueries {
  /** Up to `limit` events before a position, newest first. */
  abstract list(
    filter: ArchiveFilter,
    before: ArchivePosition | undefined,
    limit: number,
  ): Promise<ArchivedEvent[]>;
  /** Up to `limit` events after a position, oldest first; of these types, or of all. */
  abstract read(
    range: ArchiveRange,
    eventTypes: readonly string[],
    after: ArchivePosition | undefined,
    limit: number,
  ): Promise<StoredEvent[]>;
}
