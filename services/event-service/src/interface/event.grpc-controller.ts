import { Injectable } from '@nestjs/common';
import type {
  BehaviourEvent,
  EventServiceDefinition,
  IngestJsonRequest,
  IngestRequest,
  IngestResponse,
} from '@vici/proto-gen/event';
import {
  clientNetwork,
  currentCaller,
  currentContext,
  type GrpcHandlers,
  invalidField,
  isUuid,
} from '@vici/utils';
import { IngestEvents } from '../application/ingest-events.use-case.js';
import type { Origin, Shopper, SubmittedEvent } from '../application/submitted-event.js';
import { eventsOfBody } from './event-body.js';

const MAX_BATCH = 500;
const MAX_USER_AGENT = 512;

/** The gRPC API of event-service. Anybody may send events; whose they are is said by the caller's identity. */
@Injectable()
export class EventGrpcController implements GrpcHandlers<typeof EventServiceDefinition> {
  constructor(private readonly ingestEvents: IngestEvents) {}

  async ingest({ events }: IngestRequest): Promise<IngestResponse> {
    return await this.take(events.map(submitted), shopper());
  }

  async ingestJson({ bodyJson, fallbackSessionId }: IngestJsonRequest): Promise<IngestResponse> {
    const events = eventsOfBody(bodyJson);
    if (events.length === 0) throw invalidField('events', 'must have at least 1 entry');
    return await this.take(events, { ...shopper(), fallbackSessionId });
  }

  private async take(events: readonly SubmittedEvent[], from: Shopper): Promise<IngestResponse> {
    if (events.length > MAX_BATCH) throw invalidField('events', `must have at most ${MAX_BATCH} entries`);
    const { accepted, duplicates, rejected } = await this.ingestEvents.execute(events, from, origin());
    return { accepted, duplicates, rejected: [...rejected] };
  }
}

function shopper(): Shopper {
  const { role, userId, shopperSessionId } = currentCaller();
  const named = shopperSessionId !== undefined && isUuid(shopperSessionId);
  return { role, userId, sessionId: named ? shopperSessionId.toLowerCase() : undefined };
}

function origin(): Origin {
  const { ip, userAgent } = currentContext()?.client ?? {};
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
