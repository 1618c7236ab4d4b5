import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { GatheringPace } from '@vici/events';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import {
  type Caller,
  CONFIG,
  currentContext,
  deterministicId,
  extractTrace,
  type GrpcClient,
  InjectGrpc,
  injectTrace,
  Logger,
  Metrics,
  newId,
  type RequestContext,
  runInContext,
  runInTrace,
  systemContext,
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

/** What one request's shopper did, as the event service takes it. */
type Reported = ReturnType<typeof reportOf>;

/** Behaviour is gathered for so long before it is handed over: longer while calls carry what several requests did. */
const GATHERING = { shortestMs: 20, longestMs: 80 };
/** So many events are handed over without waiting for more. The event service takes up to 500 in one call. */
const ENOUGH = 250;
/** Time for one call, and for all that waits at shutdown. In milliseconds. */
const SEND_TIMEOUT_MS = 2000;
const DRAIN_MS = 3000;

/**
 * Reports what shoppers do to event-service, after their request has been answered: what is done within a few
 * milliseconds in one call, one call after the other, so that a shopper's events keep their order. It never delays or
 * fails a request: when the event service is slow the queue fills up to its bound, then behaviour is dropped and counted.
 */
@Injectable()
export class BehaviourTracker implements OnModuleDestroy {
  private readonly waiting: Reported[] = [];
  private readonly outcomes: Counter<string>;
  /** Events, those of the running call among them. */
  private unsettled = 0;
  private readonly pace = new GatheringPace(GATHERING);
  private gatherMs = GATHERING.shortestMs;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private draining = false;
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
      gauge.set(this.unsettled),
    );
  }

  /** Reports behaviour of the current request's shopper. Returns at once. */
  track(...behaviours: TrackedBehaviour[]): void {
    const context = currentContext();
    if (context === undefined || behaviours.length === 0) {
      return;
    }
    if (this.unsettled + behaviours.length > this.config.TRACKING_QUEUE_MAX) {
      this.outcomes.inc({ result: 'dropped' }, behaviours.length);
      return;
    }
    this.waiting.push(reportOf(context, behaviours));
    this.unsettled += behaviours.length;
    this.gather();
  }

  /** Hands over what waits, within a few seconds. */
  async onModuleDestroy(): Promise<void> {
    const endsAt = Date.now() + DRAIN_MS;
    this.draining = true;
    while (this.running !== undefined || this.waiting.length > 0) {
      const left = endsAt - Date.now();
      if (left <= 0) break;
      await (this.running ?? this.handOver(Math.min(SEND_TIMEOUT_MS, left)));
    }
    this.draining = false;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.settle({ dropped: countOf(this.waiting.splice(0)) });
  }

  /** Sees to it that what waits is handed over soon, once the running call has ended. */
  private gather(): void {
    if (this.draining || this.running !== undefined || this.waiting.length === 0) return;
    if (this.unsettled >= ENOUGH) void this.handOver();
    else this.timer ??= setTimeout(() => void this.handOver(), this.gatherMs);
  }

  /** Hands over what waits, as much as one call takes. Ends when that is settled, in one way or the other. */
  private handOver(timeoutMs = SEND_TIMEOUT_MS): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const shoppers = this.waiting.splice(0, callLength(this.waiting));
    this.gatherMs = this.pace.after(shoppers.length);
    this.running = this.send(shoppers, timeoutMs).finally(() => {
      this.running = undefined;
      this.gather();
    });
    return this.running;
  }

  private async send(shoppers: Reported[], timeoutMs: number): Promise<void> {
    const count = countOf(shoppers);
    try {
      // A call of several requests belongs to the trace of none of them.
      const { rejected } = await runInTrace(extractTrace({}), () =>
        runInContext(systemContext('api-gateway'), () =>
          this.events.ingestForShoppers({ shoppers }, { timeoutMs }),
        ),
      );
      this.failing = false;
      this.settle({ accepted: count - rejected.length, rejected: rejected.length });
    } catch (error) {
      this.settle({ failed: count });
      if (!this.failing) {
        this.failing = true;
        this.logger.warn('Behaviour could not be reported to the event service.', { error });
      }
    }
  }

  /** Counts what became of events that do not wait any more. */
  private settle(counts: Readonly<Record<string, number>>): void {
    for (const [result, count] of Object.entries(counts)) {
      this.outcomes.inc({ result }, count);
      this.unsettled -= count;
    }
  }
}

function countOf(shoppers: readonly Reported[]): number {
  return shoppers.reduce((sum, { events }) => sum + events.length, 0);
}

/** How many of those that wait fit into one call: one at least. */
function callLength(waiting: readonly Reported[]): number {
  let count = 0;
  const beyond = waiting.findIndex(({ events }, index) => {
    count += events.length;
    return index > 0 && count > ENOUGH;
  });
  return beyond === -1 ? waiting.length : beyond;
}

function reportOf(context: RequestContext, behaviours: readonly TrackedBehaviour[]) {
  const { caller, client } = context;
  const at = BigInt(Date.now());
  const { traceparent } = injectTrace<Record<string, string>>({});
  return {
    userId: caller.userId,
    sessionId: caller.shopperSessionId,
    clientIp: client?.ip,
    userAgent: client?.userAgent,
    traceparent,
    events: behaviours.map((behaviour, index) => ({
      ...behaviour,
      id: eventId(context, behaviour, index),
      timestamp: at,
      source: behaviour.source ?? 'gateway',
      resultProductIds: [...(behaviour.resultProductIds ?? [])],
    })),
  };
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
