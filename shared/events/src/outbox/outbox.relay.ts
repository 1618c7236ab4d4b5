import type { Database } from '@vici/database';
import { checkpoint, type Logger, type Metrics, newId, WakeSignal } from '@vici/utils';
import type { EventBus } from '../bus/event-bus.js';
import type { EventsTables } from '../events.tables.js';
import { type Backoff, backoffMs, pause } from '../retry/backoff.js';
import { type GatheringLimits, GatheringPace } from '../retry/gathering-pace.js';
import { OutboxListener } from './outbox.listener.js';
import { OutboxMetrics } from './outbox.metrics.js';
import { OutboxStore } from './outbox.store.js';

/** Rows of one round: one transaction, one publication. */
const CLAIM_LIMIT = 500;
/** A steady stream of commits goes out in batches; what is committed alone goes at once. */
const GATHERING: GatheringLimits = { shortestMs: 25, longestMs: 100 };
const SWEEP_MS = 1_000;
/** While commits are heard of, the sweep only looks for what a relay that died had in its hands. */
const HEARING_SWEEP_MS = 5_000;
/** Pause before looking again at rows that wait for another relay's transaction. */
const BLOCKED_MS = 20;
/** Longest time a stop may take; what is left then is published at the next start. */
const STOP_MS = 5_000;
/** What was committed while the bus was away goes out within about a second of its return. */
const AFTER_FAILURE: Backoff = { baseMs: 100, factor: 2, maxMs: 1_000 };

/** What the relay works with. */
export interface OutboxRelayDependencies {
  readonly database: Database<EventsTables>;
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Time between looks at the outbox while commits are not heard of, in milliseconds. Default: 1,000. */
  readonly sweepMs?: number;
}

interface Round {
  readonly round: 'idle' | 'published' | 'more' | 'blocked';
  /** Messages it published. */
  readonly size: number;
}

/**
 * Publishes what the outbox holds: rows are claimed and deleted in one transaction, which commits only when
 * the bus has them. A crash in between publishes again, never too little; consumers take the second copy
 * for handled. Any number of relays may run on one database, order per key holds.
 */
export class OutboxRelay {
  /** Under this name the publisher of this process announces its commits: it wakes the relay itself. */
  readonly origin = newId();
  private readonly store: OutboxStore;
  private readonly listener: OutboxListener;
  private readonly metrics: OutboxMetrics;
  private readonly signal = new WakeSignal();
  private readonly pace = new GatheringPace(GATHERING);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly dependencies: OutboxRelayDependencies) {
    const { database, logger, metrics } = dependencies;
    this.store = new OutboxStore(database);
    this.listener = new OutboxListener(
      () => database.createClient(),
      (origin) => {
        if (origin !== this.origin) this.wake();
      },
      logger,
    );
    this.metrics = new OutboxMetrics(metrics, this.store);
  }

  /** Begins to publish in the background; returns at once whether or not the bus can be reached. */
  start(): void {
    this.listener.start();
    this.running ??= this.run();
  }

  /** Tells the relay that rows were committed. */
  wake(): void {
    this.signal.wake();
  }

  /** Ends the round in flight and publishes what is still there; stops after five seconds in any case. */
  async stop(): Promise<void> {
    if (this.running === undefined) return;
    this.stopping.abort();
    this.signal.wake();
    const limit = new AbortController();
    await Promise.race([this.finish(this.running), pause(STOP_MS, limit.signal)]);
    limit.abort();
    this.running = undefined;
  }

  private async finish(running: Promise<void>): Promise<void> {
    await Promise.all([running, this.listener.stop()]);
    await this.drain();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      this.signal.reset();
      const began = performance.now();
      try {
        const { round, size } = await this.round();
        failures = 0;
        if (round === 'published')
          await pause(Math.max(0, this.pace.after(size) - (performance.now() - began)), signal);
        if (round === 'idle' || round === 'published') await this.rest();
        if (round === 'blocked') await pause(BLOCKED_MS, signal);
      } catch (error) {
        failures += 1;
        this.failed(error, failures);
        await pause(backoffMs(AFTER_FAILURE, failures), signal);
      }
    }
  }

  /** Ends when the relay is woken, or a sweep finds rows: one statement, where a round would take a transaction. */
  private async rest(): Promise<void> {
    const sweepMs = this.dependencies.sweepMs ?? SWEEP_MS;
    for (;;) {
      const woken = await this.signal.wait(
        this.listener.hears ? Math.max(sweepMs, HEARING_SWEEP_MS) : sweepMs,
      );
      if (woken || (await this.store.any())) return;
    }
  }

  private async drain(): Promise<void> {
    const until = Date.now() + STOP_MS;
    try {
      let { round } = await this.round();
      while (round === 'more' && Date.now() < until) ({ round } = await this.round());
    } catch (error) {
      this.failed(error, 1);
    }
  }

  private async round(): Promise<Round> {
    const { database, bus } = this.dependencies;
    const claimedAt = performance.now();
    const claim = await database.transaction(async () => {
      const found = await this.store.claim(CLAIM_LIMIT);
      if (found.messages.length > 0) {
        await bus.publish(
          found.messages.map(({ topic, key, value, headers }) => ({ topic, key, value, headers })),
        );
        await checkpoint('outbox.published');
      }
      return found;
    });
    this.metrics.published(claim.messages, performance.now() - claimedAt);
    const size = claim.messages.length;
    if (size === 0) return { round: claim.blocked ? 'blocked' : 'idle', size };
    return { round: claim.full || claim.blocked ? 'more' : 'published', size };
  }

  private failed(error: unknown, failures: number): void {
    this.metrics.failed();
    this.dependencies.logger.warn('outbox relay could not publish; it tries again', { error, failures });
  }
}
