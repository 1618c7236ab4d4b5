import { Controller } from '@nestjs/common';
import { type BehaviourEvent, EventServiceDefinition, type IngestResponse } from '@vici/proto-gen/event';
import { currentContext, type GrpcClient, InjectGrpc, invalidField, runInContext } from '@vici/utils';
import { visitWasMade } from '../http/request-scope.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { faultsOf } from '../routing/validate-input.js';
import { behaviourEventSchema, toBehaviourEvent } from './behaviour-event.schema.js';
import * as routes from './events.routes.js';

type Ingested = RouteResult<typeof routes.sendEventsRoute>;
interface Rejection {
  readonly index: number;
  readonly reason: string;
}

@Controller()
export class EventsController {
  constructor(
    @InjectGrpc(EventServiceDefinition) private readonly events: GrpcClient<typeof EventServiceDefinition>,
  ) {}

  @Route(routes.sendEventRoute)
  async one({ body }: RouteInput<typeof routes.sendEventRoute>): Promise<Ingested> {
    const { accepted, duplicates, rejected } = await this.ingest([toBehaviourEvent(body)]);
    const [rejection] = rejected;
    if (rejection !== undefined) {
      throw invalidField('event', rejection.reason);
    }
    return { accepted, duplicates, rejected: [] };
  }

  @Route(routes.sendEventsRoute)
  async batch({ body }: RouteInput<typeof routes.sendEventsRoute>): Promise<Ingested> {
    const { good, bad } = judge(body.events);
    if (good.length === 0) {
      return { accepted: 0, duplicates: 0, rejected: bad };
    }
    const answer = await this.ingest(good.map(({ event }) => event));
    const refused = answer.rejected.map(({ index, reason }) => ({
      index: good[index]?.index ?? index,
      reason,
    }));
    return {
      accepted: answer.accepted,
      duplicates: answer.duplicates,
      rejected: [...bad, ...refused].sort((a, b) => a.index - b.index),
    };
  }

  /**
   * A visit named in the header holds for every event. Where there is none (sendBeacon sets no header) it is the
   * event's own, else the one made for this request: a made one sent as the caller's would hide the event's.
   */
  private async ingest(events: readonly Partial<BehaviourEvent>[]): Promise<IngestResponse> {
    const context = currentContext();
    if (context === undefined || !visitWasMade()) {
      return await this.events.ingest({ events: [...events] });
    }
    const { shopperSessionId: made, ...caller } = context.caller;
    const placed = events.map((event) => ({ ...event, sessionId: event.sessionId ?? made }));
    return await runInContext({ ...context, caller }, () => this.events.ingest({ events: placed }));
  }
}

/** Keeps the position each event had in the client's batch. */
function judge(events: readonly unknown[]): {
  good: { index: number; event: Partial<BehaviourEvent> }[];
  bad: Rejection[];
} {
  const good: { index: number; event: Partial<BehaviourEvent> }[] = [];
  const bad: Rejection[] = [];
  for (const [index, raw] of events.entries()) {
    const { data, error } = behaviourEventSchema.safeParse(raw);
    if (data === undefined) {
      const faults = faultsOf(error.issues, raw);
      bad.push({ index, reason: faults.map(({ field, message }) => `${field} ${message}`).join('; ') });
    } else {
      good.push({ index, event: toBehaviourEvent(data) });
    }
  }
  return { good, bad };
}
