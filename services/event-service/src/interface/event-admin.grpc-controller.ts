import { Injectable } from '@nestjs/common';
import type {
  EventAdminServiceDefinition,
  ListEventsRequest,
  ListEventsResponse,
  ReadEventsRequest,
  ReadEventsResponse,
  ReplayEventsRequest,
  ReplayEventsResponse,
} from '@vici/proto-gen/event';
import { type GrpcHandlers, invalidField, isUuid, requirePermission } from '@vici/utils';
import type { ArchivedEvent } from '../application/event-queries.port.js';
import { ListEvents } from '../application/list-events.use-case.js';
import { ReadEvents, type ReadRange } from '../application/read-events.use-case.js';
import { ReplayEvents } from '../application/replay-events.use-case.js';

/** The archive for the administration. */
@Injectable()
export class EventAdminGrpcController implements GrpcHandlers<typeof EventAdminServiceDefinition> {
  constructor(
    private readonly listing: ListEvents,
    private readonly reading: ReadEvents,
    private readonly replaying: ReplayEvents,
  ) {}

  async listEvents({ userId, ...query }: ListEventsRequest): Promise<ListEventsResponse> {
    requirePermission('events:read');
    if (userId !== undefined && !isUuid(userId)) throw invalidField('userId', 'must be a valid UUID');
    const { events, nextCursor } = await this.listing.execute({ ...query, userId });
    return { events: events.map(toMessage), nextCursor };
  }

  async readEvents(request: ReadEventsRequest): Promise<ReadEventsResponse> {
    requirePermission('events:read');
    const { events, nextCursor } = await this.reading.execute(rangeOf(request));
    return { eventsJson: events.map((event) => JSON.stringify(event)), nextCursor };
  }

  async replayEvents({ range, topic }: ReplayEventsRequest): Promise<ReplayEventsResponse> {
    requirePermission('events:write');
    const { sent, nextCursor } = await this.replaying.execute(rangeOf(range), topic);
    return { sent, nextCursor };
  }
}

function rangeOf(request: ReadEventsRequest | undefined): ReadRange {
  if (request?.from === undefined) throw invalidField('from', 'is required');
  if (request.to === undefined) throw invalidField('to', 'is required');
  const { from, to, eventTypes, limit, cursor } = request;
  return { from, to, eventTypes, limit, cursor };
}

function toMessage({ data, ...event }: ArchivedEvent): ListEventsResponse['events'][number] {
  return { ...event, dataJson: JSON.stringify(data) };
}
