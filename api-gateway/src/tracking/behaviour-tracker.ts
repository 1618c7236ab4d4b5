import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import {
  type Caller,
  CONFIG,
  currentContext,
  deterministicId,
  type GrpcClient,
  InjectGrpc,
  Logger,
  Metrics,
  newId,
  type RequestContext,
  runInContext,
} from '@vici/utils';
import type { Counter } from 'prom-client';
import type { GatewayConfig } from '../gateway.config.js';

/** Event types the gateway reports by itself. */
export type TrackedType =
  | 'product_view'
  | 'search'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'wishlist_add'
  | 'wishlist_remove'
  | 'checkout_start'
  | 'recommendation_view';

/** What a shopper just did. */
export interface TrackedBehaviour {
  readonly eventType: TrackedType;
  readonly productId?: string | undefined;
  readonly variantId?: string | undefined;
  /** Minor units. */
  readonly price?: number | undefined;
  readonly quantity?: number | undefined;
  readonly position?: number | undefined;
  readonly source?: string | undefined;
  readonly query?: string | undefined;
  readonly resultsCount?: number | undefined;
  readonly resultProductIds?: readonly string[] | undefined;
  readonly recommendationId?: string | undefined;
}

interface Waiting {
  readonly context: RequestContext;
  readonly at: number;
  readonly behaviours: readonly TrackedBehaviour[];
}

/** The event service makes what arrives together durable together. */
const MOST_AT_ONCE = 16;
/** Time to hand over one request's behaviour, and all that waits at shutdown. In milliseconds. */
const SEND_TIMEOUT_MS = 2000;
const DRAIN_MS = 3000;

/**
 * Reports what shoppers do to event-service, after their request has been answered. It never delays or fails a
 * request: when the event service is slow the queue fills up to its bound, then behaviour is dropped and counted.
 */
@Injectable()
export class BehaviourTracker implements OnModuleDestroy {
  private readonly waiting: Waiting[] = [];
  private readonly sending = new Set<Promise<void>>();
  private readonly outcomes: Counter<string>;
  private waitingBehaviours = 0;
  private failing = false;

  constructor(
    @InjectGrpc(EventServiceDefinition) private readonly events: GrpcClient<typeof EventServiceDefinition>,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'gateway_tracked_behaviour_total',
      'Behaviour events the gateway reported, by what became of them.',
      ['result'],
    );
    metrics.gauge('gateway_tracked_behaviour_waiting', 'Behaviour events not handed over yet.', [], (gauge) =>
      gauge.set(this.waitingBehaviours),
    );
  }

  /** Reports behaviour of the current request's shopper. Returns at once. */
  track(...behaviours: TrackedBehaviour[]): void {
    const context = currentContext();
    if (context === undefined || behaviours.length === 0) {
      return;
    }
    if (this.waitingBehaviours + behaviours.length > this.config.TRACKING_QUEUE_MAX) {
      this.outcomes.inc({ result: 'dropped' }, behaviours.length);
      return;
    }
    const { requestId, caller, client } = context;
    const kept = { requestId, caller, ...(client !== undefined && { client }) };
    this.waiting.push({ context: kept, at: Date.now(), behaviours });
    this.waitingBehaviours += behaviours.length;
    setImmediate(() => this.sendNext());
  }

  /** Hands over what waits, within a few seconds. */
  async onModuleDestroy(): Promise<void> {
    const endsAt = Date.now() + DRAIN_MS;
    this.sendNext();
    while (this.sending.size > 0 && Date.now() < endsAt) {
      await Promise.race(this.sending);
    }
    this.outcomes.inc({ result: 'dropped' }, this.waitingBehaviours);
  }

  private sendNext(): void {
    while (this.sending.size < MOST_AT_ONCE) {
      const next = this.waiting.shift();
      if (next === undefined) {
        return;
      }
      const sent = this.send(next).finally(() => {
        this.waitingBehaviours -= next.behaviours.length;
        this.sending.delete(sent);
        this.sendNext();
      });
      this.sending.add(sent);
    }
  }

  private async send({ context, at, behaviours }: Waiting): Promise<void> {
    const events = behaviours.map((behaviour, index) => ({
      ...behaviour,
      id: eventId(context, behaviour, index),
      timestamp: BigInt(at),
      source: behaviour.source ?? 'gateway',
      resultProductIds: [...(behaviour.resultProductIds ?? [])],
    }));
    try {
      const { rejected } = await runInContext(context, () =>
        this.events.ingest({ events }, { timeoutMs: SEND_TIMEOUT_MS }),
      );
      this.failing = false;
      this.outcomes.inc({ result: 'accepted' }, events.length - rejected.length);
      this.outcomes.inc({ result: 'rejected' }, rejected.length);
    } catch (error) {
      this.outcomes.inc({ result: 'failed' }, events.length);
      if (!this.failing) {
        this.failing = true;
        this.logger.warn('Behaviour could not be reported to the event service.', { error });
      }
    }
  }
}

/** The same for a request that is sent twice under one id, so that what was done once counts once. */
function eventId(context: RequestContext, behaviour: TrackedBehaviour, index: number): string {
  const { eventType, productId = '', variantId = '' } = behaviour;
  const who = shopperOf(context.caller);
  return who === undefined
    ? newId()
    : deterministicId('behaviour', context.requestId, who, eventType, productId, variantId, String(index));
}

function shopperOf({ userId, shopperSessionId }: Caller): string | undefined {
  return userId ?? shopperSessionId;
}
