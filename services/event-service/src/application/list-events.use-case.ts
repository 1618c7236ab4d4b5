import { Injectable } from '@nestjs/common';
import { Clock, invalidField } from '@vici/utils';
import { type ArchivedEvent, EventQueries } from './event-queries.port.js';
import { cursorOf, positionOf, requireOrder } from './read-events.use-case.js';

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Which events are wanted; the last 24 hours unless told otherwise. */
export interface ListEventsQuery {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Zero means 20. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Lists events of the archive, newest first. */
@Injectable()
export class ListEvents {
  constructor(
    private readonly queries: EventQueries,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED naming the faulty field */
  async execute({ limit, cursor, ...query }: ListEventsQuery): Promise<{
    readonly events: readonly ArchivedEvent[];
    /** Absent on the last page. */
    readonly nextCursor?: string;
  }> {
    if (limit < 0 || limit > MAX_LIMIT) throw invalidField('limit', `must be from 1 to ${MAX_LIMIT}`);
    const to = query.to ?? new Date(this.clock.now().getTime() + 1);
    const range = { from: query.from ?? new Date(to.getTime() - DAY_MS), to };
    requireOrder(range);
    const size = limit === 0 ? DEFAULT_LIMIT : limit;
    const found = await this.queries.list({ ...query, ...range }, positionOf(cursor), size + 1);
    const events = found.slice(0, size);
    const last = events.at(-1);
    return { events, ...(found.length > size && last !== undefined && { nextCursor: cursorOf(last) }) };
  }
}
