import { Injectable } from '@nestjs/common';
import type { EventServiceDefinition, IngestRequest, IngestResponse } from '@vici/proto-gen/event';
import {
  clientNetwork,
  currentCaller,
  currentContext,
  type GrpcHandlers,
  invalidField,
  isUuid,
} from '@vici/utils';
import { IngestEvents } from '../application/ingest-events.use-case.js';
import type { Origin, Shopper } from '../application/submitted-event.js';

const MAX_BATCH = 500;
const MAX_USER_AGENT = 512;

/** The gRPC API of event-service. Anybody may send events; whose they are is said by the caller's identity. */
@Injectable()
export class EventGrpcController implements GrpcHandlers<typeof EventServiceDefinition> {
  constructor(private readonly ingestEvents: IngestEvents) {}

  async ingest({ events }: IngestRequest): Promise<IngestResponse> {
    if (events.length > MAX_BATCH) throw invalidField('events', `must hold at most ${MAX_BATCH} events`);
    const { accepted, duplicates, rejected } = await this.ingestEvents.execute(events, shopper(), origin());
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
    // What PostgreSQL cannot keep as text is left out.
    userAgent: userAgent?.slice(0, MAX_USER_AGENT).toWellFormed().replaceAll('\0', ''),
  };
}
