import { Controller } from '@nestjs/common';
import { type BehaviourEvent, EventServiceDefinition, type IngestResponse } from '@vici/proto-gen/event';
import { currentContext, type GrpcClient, InjectGrpc, invalidField, runInContext } from '@vici/utils';
import { visitWasMade } from '../http/request-scope.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { toBehaviourEvent } from './behaviour-event.schema.js';
import * as routes from './events.routes.js';

const PATIENT = { timeoutMs: routes.INGEST_TIMEOUT_MS };

type Ingested = RouteResult<typeof routes.sendEventsRoute>;

@Controller()
export class EventsController {
  constructor(
    @InjectGrpc(EventServiceDefinition) private readonly events: GrpcClient<typeof EventServiceDefinition>,
  ) {}

  @Route(routes.sendEventRoute)
  async one({ body }: RouteInput<typeof routes.sendEventRoute>): Promise<Ingested> {
    const { accepted, duplicates, rejected } = await this.ingest(toBehaviourEvent(body));
    const [rejection] = rejected;
    if (rejection !== undefined) {
      throw invalidField('event', rejection.reason);
    }
    return { accepted, duplicates, rejected: [] };
  }

  /** The service reads the body itself, so that each event is read and checked once. */
  @Route(routes.sendEventsRoute)
  async batch({ raw }: RouteInput<typeof routes.sendEventsRoute>): Promise<Ingested> {
    const { visit, caller } = this.visit();
    return await caller(() =>
      this.events.ingestJson(
        { bodyJson: raw, ...(visit !== undefined && { fallbackSessionId: visit }) },
        PATIENT,
      ),
    );
  }

  private async ingest(event: Partial<BehaviourEvent>): Promise<IngestResponse> {
    const { visit, caller } = this.visit();
    return await caller(() =>
      this.events.ingest({ events: [{ ...event, sessionId: event.sessionId ?? visit }] }, PATIENT),
    );
  }

  /**
   * A visit named in the header holds for every event. Where there is none (sendBeacon sets no header) it is the
   * event's own, else the one made for this request: a made one sent as the caller's would hide the event's.
   */
  private visit(): {
    readonly visit: string | undefined;
    readonly caller: <T>(call: () => Promise<T>) => Promise<T>;
  } {
    const context = currentContext();
    if (context === undefined || !visitWasMade()) return { visit: undefined, caller: (call) => call() };
    const { shopperSessionId: visit, ...caller } = context.caller;
    return { visit, caller: (call) => runInContext({ ...context, caller }, call) };
  }
}
