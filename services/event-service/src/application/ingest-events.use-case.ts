import { Injectable } from '@nestjs/common';
import { Clock, Metrics } from '@vici/utils';
import type { Counter } from 'prom-client';
import { type BehaviourEvent, checkEvent, isBehaviourType } from './check-event.js';
import { EventIntake } from './event-intake.js';
import { IngestionGate } from './ingestion-gate.js';
import { Senders } from './senders.js';
import type { Origin, Shopper, SubmittedEvent } from './submitted-event.js';

/** Why an event was not taken, by its position in the batch, from 0. */
export interface Rejection {
  readonly index: number;
  readonly reason: string;
}

/** What became of a batch. Accepted, duplicate and rejected ones together are the batch. */
export interface Ingestion {
  readonly accepted: number;
  /** Known already, or twice in the batch. */
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
}

/** Takes a batch of events in: the good ones are durable when it ends, the bad ones are named. */
@Injectable()
export class IngestEvents {
  private readonly outcomes: Counter<string>;

  constructor(
    private readonly intake: EventIntake,
    private readonly gate: IngestionGate,
    private readonly senders: Senders,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'behaviour_events_received_total',
      'Behaviour events received, by what became of them.',
      ['event_type', 'result'],
    );
    metrics.gauge('behaviour_batches_waiting', 'Batches that wait to be published.', [], (gauge) =>
      gauge.set(this.gate.waiting),
    );
  }

  /**
   * @throws DomainError SERVICE_UNAVAILABLE, with `retryAfterSeconds` where it is known, when nothing could be kept: the
   * batch may be sent again as it is
   */
  async execute(batch: readonly SubmittedEvent[], shopper: Shopper, origin: Origin): Promise<Ingestion> {
    const bot = this.senders.isBot(shopper, origin, batch.length);
    const reception = { shopper, now: this.clock.now(), bot };
    const rejected: Rejection[] = [];
    const good: BehaviourEvent[] = [];
    for (const [index, submitted] of batch.entries()) {
      const verdict = checkEvent(submitted, reception);
      if ('event' in verdict) good.push(verdict.event);
      else rejected.push({ index, reason: verdict.reason });
    }
    // Of an id that comes twice the first counts.
    const distinct = new Map(good.toReversed().map((event) => [event.id, event]));
    const once = good.filter((event) => distinct.get(event.id) === event);
    const fresh =
      once.length === 0 ? new Set<string>() : await this.gate.pass(() => this.intake.accept(once));
    this.senders.noteOrigin(once, origin);
    this.count(batch, rejected, good, fresh);
    return { accepted: fresh.size, duplicates: good.length - fresh.size, rejected };
  }

  private count(
    batch: readonly SubmittedEvent[],
    rejected: readonly Rejection[],
    good: readonly BehaviourEvent[],
    fresh: ReadonlySet<string>,
  ): void {
    for (const { index } of rejected) {
      const type = batch[index]?.['eventType'];
      this.outcomes.inc({ event_type: isBehaviourType(type) ? type : 'unknown', result: 'rejected' });
    }
    const added = new Set(fresh);
    for (const { id, type } of good) {
      this.outcomes.inc({ event_type: type, result: added.delete(id) ? 'accepted' : 'duplicate' });
    }
  }
}
