import { Controller } from '@nestjs/common';
import { EventAdminServiceDefinition, type ListEventsRequest } from '@vici/proto-gen/event';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { CsvExport } from '../streaming/csv-export.js';
import * as routes from './events.routes.js';
import { EVENT_COLUMNS, toArchivedEvent } from './events.shapes.js';

const EXPORT_PAGE = 100;
type Filters = RouteInput<typeof routes.exportEventsRoute>['query'];

@Controller()
export class AdminEventsController {
  constructor(
    @InjectGrpc(EventAdminServiceDefinition)
    private readonly events: GrpcClient<typeof EventAdminServiceDefinition>,
  ) {}

  @Route(routes.listEventsRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listEventsRoute>): Promise<RouteResult<typeof routes.listEventsRoute>> {
    const { limit = 0, cursor, ...filters } = query;
    const { events, nextCursor } = await this.events.listEvents({ ...requestOf(filters), limit, cursor });
    return { events: events.map(toArchivedEvent), nextCursor };
  }

  @Route(routes.exportEventsRoute)
  async export({ query }: RouteInput<typeof routes.exportEventsRoute>): Promise<CsvExport> {
    return CsvExport.of('events.csv', EVENT_COLUMNS, this.all(query));
  }

  @Route(routes.replayEventsRoute)
  async replay({
    body,
  }: RouteInput<typeof routes.replayEventsRoute>): Promise<RouteResult<typeof routes.replayEventsRoute>> {
    const { topic, from, to, ...range } = body;
    const { sent, nextCursor } = await this.events.replayEvents({
      range: { ...range, from: new Date(from), to: new Date(to) },
      topic,
    });
    return { sent, nextCursor };
  }

  private async *all(filters: Filters) {
    let cursor: string | undefined;
    do {
      const page = await this.events.listEvents({ ...requestOf(filters), limit: EXPORT_PAGE, cursor });
      yield* page.events.map(toArchivedEvent);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
}

function requestOf({ from, to, ...filters }: Filters): Partial<ListEventsRequest> {
  return {
    ...filters,
    ...(from !== undefined && { from: new Date(from) }),
    ...(to !== undefined && { to: new Date(to) }),
  };
}
