import { Injectable } from '@nestjs/common';
import { Clock, Metrics } from '@vici/utils';
import type { Counter } from 'prom-client';
import { type BehaviourEvent, checkEvent, isBehaviourType } from './check-event.js';
import { EventRecorder } from './event-recorder.js';
import { IngestionGate } from './ingestion-gate.js';
import type { Origin, Shopper, SubmittedEvent } from './submitted-event.js';

/** What became of a batch. Accepted, duplicate and rejected ones together are the batch. */
export interface Ingestion {
  readonly accepted: number;
  /** Known already, or twice in the batch. */
  readonly duplicates: number;
  /** By position in the batch, from 0. */
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
}

/** Takes a batch of events in: the good ones are durable when it ends, the bad ones are named. */
@Injectable()
export class IngestEvents {
  private readonly outcomes: Counter<string>;

  constructor(
    private readonly recorder: EventRecorder,
    private readonly gate: IngestionGate,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'behaviour_events_received_total',
      'Behaviour events received, by what became of them.',
      ['event_type', 'result'],
    );
    metrics.gauge('behaviour_batches_waiting', 'Batches that wait for the database.', [], (gauge) =>
      gauge.set(this.gate.waiting),
    );
  }

  /** @throws DomainError SERVICE_UNAVAILABLE when nothing could be kept: the batch may be sent again as it is */
  async execute(batch: readonly SubmittedEvent[], shopper: Shopper, origin: Origin): Promise<Ingestion> {
    const now = this.clock.now();
    const rejected: { index: number; reason: string }[] = [];
    const good: BehaviourEvent[] = [];
    batch.forEach((submitted, index) => {
      const verdict = checkEvent(submitted, shopper, now);
      if ('event' in verdict) good.push(verdict.event);
      else rejected.push({ index, reason: verdict.reason });
    });
    // Of an id that comes twice the first counts.
    const distinct = new Map(good.toReversed().map((event) => [event.id, event]));
    const once = good.filter((event) => distinct.get(event.id) === event);
    const fresh =
      once.length === 0 ? new Set<string>() : await this.gate.pass(() => this.recorder.record(once, origin));
    this.count(batch, rejected, once, good, fresh);
    return { accepted: fresh.size, duplicates: good.length - fresh.size, rejected };
  }

  private count(
    batch: readonly SubmittedEvent[],
    rejected: Ingestion['rejected'],
    once: readonly BehaviourEvent[],
    good: readonly BehaviourEvent[],
    fresh: ReadonlySet<string>,
  ): void {
    for (const { index } of rejected) {
      const type = batch[index]?.eventType ?? '';
      this.outcomes.inc({ event_type: isBehaviourType(type) ? type : 'unknown', result: 'rejected' });
    }
    const added = new Set(once.filter((event) => fresh.has(event.id)));
    for (const event of good) {
      this.outcomes.inc({ event_type: event.type, result: added.has(event) ? 'accepted' : 'duplicate' });
    }
  }
}
