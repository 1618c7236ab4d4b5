import { Controller } from '@nestjs/common';
import { type BehaviourEvent, EventServiceDefinition } from '@vici/proto-gen/event';
import { type GrpcClient, InjectGrpc, invalidField } from '@vici/utils';
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
    const { accepted, duplicates, rejected } = await this.events.ingest({ events: [toBehaviourEvent(body)] });
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
    const answer = await this.events.ingest({ events: good.map(({ event }) => event) });
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
