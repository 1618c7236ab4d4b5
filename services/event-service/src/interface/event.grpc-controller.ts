import { Injectable } from '@nestjs/common';
import type {
  BehaviourEvent,
  EventServiceDefinition,
  IngestForShoppersRequest,
  IngestJsonRequest,
  IngestRequest,
  IngestResponse,
  ShopperEvents,
} from '@vici/proto-gen/event';
import {
  clientNetwork,
  currentCaller,
  currentContext,
  type GrpcHandlers,
  invalidField,
  isUuid,
  requireRole,
} from '@vici/utils';
import { IngestEvents } from '../application/ingest-events.use-case.js';
import type { Origin, Submission, SubmittedEvent } from '../application/submitted-event.js';
import { eventsOfBody } from './event-body.js';

const MAX_BATCH = 500;
const MAX_USER_AGENT = 512;

/**
 * The gRPC API of event-service. Anybody may send events; whose they are is said by the caller's identity, and by the
 * message only where Vici itself reports what several shoppers did.
 */
@Injectable()
export class EventGrpcController implements GrpcHandlers<typeof EventServiceDefinition> {
  constructor(private readonly ingestEvents: IngestEvents) {}

  async ingest({ events }: IngestRequest): Promise<IngestResponse> {
    return await this.take([fromCaller(events.map(submitted))]);
  }

  async ingestJson({ bodyJson, fallbackSessionId }: IngestJsonRequest): Promise<IngestResponse> {
    const events = eventsOfBody(bodyJson);
    if (events.length === 0) throw invalidField('events', 'must have at least 1 entry');
    return await this.take([fromCaller(events, fallbackSessionId)]);
  }

  async ingestForShoppers({ shoppers }: IngestForShoppersRequest): Promise<IngestResponse> {
    requireRole('system');
    return await this.take(shoppers.map(reported));
  }

  private async take(submissions: readonly Submission[]): Promise<IngestResponse> {
    const count = submissions.reduce((sum, { events }) => sum + events.length, 0);
    if (count > MAX_BATCH) throw invalidField('events', `must have at most ${MAX_BATCH} entries`);
    const { accepted, duplicates, rejected } = await this.ingestEvents.execute(submissions);
    return { accepted, duplicates, rejected: [...rejected] };
  }
}

/** What the caller sent of itself. */
function fromCaller(events: readonly SubmittedEvent[], fallbackSessionId?: string): Submission {
  const { role, userId, shopperSessionId } = currentCaller();
  const { ip, userAgent } = currentContext()?.client ?? {};
  const shopper = { role, userId, sessionId: visitOf(shopperSessionId), fallbackSessionId };
  return { events, shopper, origin: originOf(ip, userAgent) };
}

/** What a system caller reports of somebody else, who may send no more than any shopper. */
function reported({
  events,
  userId,
  sessionId,
  clientIp,
  userAgent,
  traceparent,
}: ShopperEvents): Submission {
  const role = userId === undefined ? 'anonymous' : 'customer';
  return {
    events: events.map(submitted),
    shopper: { role, userId, sessionId: visitOf(sessionId) },
    origin: originOf(clientIp, userAgent),
    traceparent,
  };
}

function visitOf(sessionId: string | undefined): string | undefined {
  return sessionId !== undefined && isUuid(sessionId) ? sessionId.toLowerCase() : undefined;
}

function originOf(ip: string | undefined, userAgent: string | undefined): Origin {
  return {
    network: ip === undefined ? undefined : clientNetwork(ip),
    userAgent: userAgent?.slice(0, MAX_USER_AGENT),
  };
}

/** A typed event as one of JSON; metadata that is no JSON stays text, which no event may have there. */
function submitted({ metadataJson, timestamp, ...fields }: BehaviourEvent): SubmittedEvent {
  return {
    ...fields,
    timestamp: Number(timestamp),
    ...(metadataJson !== undefined && { metadata: parsed(metadataJson) }),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Judged with the rest of the event, by its place in the batch.
    return json;
  }
}
