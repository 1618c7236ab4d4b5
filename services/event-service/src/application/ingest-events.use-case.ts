import { Injectable } from '@nestjs/common';
import { isBehaviourType } from '@vici/events';
import { Clock, extractTrace, Metrics, runInTrace, withSpan } from '@vici/utils';
import type { Counter } from 'prom-client';
import { type BehaviourEvent, checkEvent, type Verdict } from './check-event.js';
import { EventIntake } from './event-intake.js';
import { IngestionGate } from './ingestion-gate.js';
import { Senders } from './senders.js';
import type { Origin, Submission } from './submitted-event.js';

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

/** The good events of one submission. */
interface Checked {
  readonly good: readonly BehaviourEvent[];
  readonly origin: Origin;
}

/** With the type the event says it is of. */
interface TypedRejection extends Rejection {
  readonly type: unknown;
}

interface CheckedBatch {
  readonly checked: readonly Checked[];
  readonly rejected: readonly TypedRejection[];
}

/** Takes a batch of events in, of one shopper or of several: the good ones are durable when it ends, the bad ones are named. */
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
   * @param submissions one after the other they are the batch
   * @throws DomainError SERVICE_UNAVAILABLE, with `retryAfterSeconds` where it is known, when nothing could be kept: the
   * batch may be sent again as it is
   */
  async execute(submissions: readonly Submission[]): Promise<Ingestion> {
    const { checked, rejected } = await this.checkAll(submissions);
    const good = checked.flatMap((each) => each.good);
    // Of an id that comes twice the first counts.
    const distinct = new Map(good.toReversed().map((event) => [event.id, event]));
    const isFirst = (event: BehaviourEvent) => distinct.get(event.id) === event;
    const once = good.filter(isFirst);
    const fresh =
      once.length === 0 ? new Set<string>() : await this.gate.pass(() => this.intake.accept(once));
    for (const each of checked) this.senders.noteOrigin(each.good.filter(isFirst), each.origin);
    this.count(rejected, good, fresh);
    return {
      accepted: fresh.size,
      duplicates: good.length - fresh.size,
      rejected: rejected.map(({ index, reason }) => ({ index, reason })),
    };
  }

  /** What is good of each submission, and what is not, by its place in the batch. What was sent is not kept any longer. */
  private async checkAll(submissions: readonly Submission[]): Promise<CheckedBatch> {
    const now = this.clock.now();
    const rejected: TypedRejection[] = [];
    const checked: Checked[] = [];
    let offset = 0;
    for (const submission of submissions) {
      const good: BehaviourEvent[] = [];
      for (const [index, verdict] of (await this.check(submission, now)).entries()) {
        if ('event' in verdict) good.push(verdict.event);
        else {
          const type = submission.events[index]?.['eventType'];
          rejected.push({ index: offset + index, reason: verdict.reason, type });
        }
      }
      offset += submission.events.length;
      checked.push({ good, origin: submission.origin });
    }
    return { checked, rejected };
  }

  /** A verdict on each event of a submission; where that has a trace of its own, it is seen there. */
  private async check(
    { events, shopper, origin, traceparent }: Submission,
    now: Date,
  ): Promise<readonly Verdict[]> {
    const reception = { shopper, now, bot: this.senders.isBot(shopper, origin, events.length) };
    const verdicts = () => events.map((event) => checkEvent(event, reception));
    if (traceparent === undefined) return verdicts();
    return await runInTrace(extractTrace({ traceparent }), () =>
      withSpan('behaviour.ingest', {}, async () => verdicts()),
    );
  }

  private count(
    rejected: readonly TypedRejection[],
    good: readonly BehaviourEvent[],
    fresh: ReadonlySet<string>,
  ): void {
    const tally = new Map<string, Map<string, number>>();
    const note = (type: string, result: string) => {
      const ofType = tally.get(type) ?? new Map<string, number>();
      tally.set(type, ofType.set(result, (ofType.get(result) ?? 0) + 1));
    };
    for (const { type } of rejected) note(isBehaviourType(type) ? type : 'unknown', 'rejected');
    const added = new Set(fresh);
    for (const { id, type } of good) note(type, added.delete(id) ? 'accepted' : 'duplicate');
    for (const [type, results] of tally) {
      for (const [result, count] of results) this.outcomes.inc({ event_type: type, result }, count);
    }
  }
}
