import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, DomainError, Logger, Metrics } from '@vici/utils';
import type { FastifyReply } from 'fastify';
import { AdmissionStore } from '../admission/admission.store.js';
import { countedAddress } from '../admission/client-address.js';
import type { GatewayConfig } from '../gateway.config.js';
import type { RequestScope } from '../http/request-scope.js';
import { EventStream, type ServerSentEvent } from './event-stream.js';

/** A client that may not open another stream tries again after this long. */
const RETRY_SECONDS = 15;
/** Streams one shopper, or one address of guests, may hold open in this process. */
const STREAMS_EACH = 20;

/** The streams that are open in this process: bounded for each client, ended when the process stops. */
@Injectable()
export class OpenStreams {
  private readonly open = new Map<EventStream, string>();

  constructor(
    private readonly admission: AdmissionStore,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    metrics: Metrics,
  ) {
    metrics.gauge('gateway_event_streams', 'Server-sent event streams open now.', [], (gauge) =>
      gauge.set(this.open.size),
    );
  }

  /** Before anything is read for a stream. @throws DomainError RATE_LIMITED when its client holds too many */
  admit(scope: RequestScope): void {
    const owner = ownerOf(scope);
    const held = [...this.open.values()].filter((other) => other === owner).length;
    if (held >= STREAMS_EACH) {
      throw new DomainError('RATE_LIMITED', 'Too many streams are open; close one first.', {
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
  }

  /** The body of the answer; a stream of a user ends when the login session does. */
  start(events: AsyncIterable<ServerSentEvent>, scope: RequestScope, reply: FastifyReply): EventStream {
    const stream = new EventStream(events, {
      heartbeatMs: this.config.STREAM_HEARTBEAT_MS,
      stillAllowed: () => this.isSignedIn(scope),
      onError: (error) => this.logger.error('A stream of events failed.', { error }),
    });
    this.open.set(stream, ownerOf(scope));
    stream.once('close', () => this.open.delete(stream));
    reply.header('cache-control', 'no-store');
    // Proxies that gather an answer before they pass it on would hold the events back.
    reply.header('x-accel-buffering', 'no');
    reply.type('text/event-stream; charset=utf-8');
    return stream;
  }

  /** Ends every stream, so that a server that stops need not wait for clients that never leave. */
  endAll(): void {
    for (const stream of this.open.keys()) {
      stream.finish();
    }
  }

  private async isSignedIn({ caller }: RequestScope): Promise<boolean> {
    const { authSessionId, userId } = caller;
    if (authSessionId === undefined || userId === undefined) {
      return true;
    }
    const { session } = await this.admission.read(undefined, { userId, authSessionId });
    return session !== 'ended';
  }
}

function ownerOf({ caller, client }: RequestScope): string {
  return caller.userId === undefined ? `ip:${countedAddress(client.ip)}` : `user:${caller.userId}`;
}
