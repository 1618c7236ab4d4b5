import type { Metrics } from '@vici/utils';
import type { Counter, Histogram } from 'prom-client';
import type { EventBus } from '../bus/event-bus.js';
import type { DomainEvent } from '../envelope/domain-event.js';

const AGE_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600];

/** Numbers of all consumers of one service. */
export class ConsumerMetrics {
  private readonly handledTotal: Counter;
  private readonly duplicatesTotal: Counter;
  private readonly deadLettersTotal: Counter;
  private readonly redeliveriesTotal: Counter;
  private readonly apartTotal: Counter;
  private readonly age: Histogram;
  private readonly topicsByGroup = new Map<string, readonly string[]>();

  constructor(metrics: Metrics, bus: EventBus) {
    this.handledTotal = metrics.counter('events_handled_total', 'Events that took effect', ['group', 'type']);
    this.duplicatesTotal = metrics.counter('events_duplicate_total', 'Events handled before', ['group']);
    this.deadLettersTotal = metrics.counter('events_dead_letter_total', 'Messages given up', [
      'group',
      'topic',
    ]);
    this.redeliveriesTotal = metrics.counter('events_redelivery_total', 'Batches sent back to the bus', [
      'group',
    ]);
    this.apartTotal = metrics.counter(
      'events_apart_total',
      'Transactions of several events that failed: their events were handled one by one',
      ['group'],
    );
    this.age = metrics.histogram(
      'events_age_seconds',
      'Age of an event when it had taken effect',
      ['group'],
      AGE_BUCKETS_S,
    );
    metrics.gauge('events_consumer_lag', 'Messages not committed yet', ['group', 'topic'], async (gauge) => {
      for (const [group, topics] of this.topicsByGroup) {
        const lags = await bus.lag(group, topics);
        for (const [topic, lag] of Object.entries(lags)) gauge.set({ group, topic }, lag);
      }
    });
  }

  watchLag(group: string, topics: readonly string[]): void {
    this.topicsByGroup.set(group, topics);
  }

  handled(group: string, events: readonly DomainEvent[], offered: number): void {
    for (const event of events) {
      this.handledTotal.inc({ group, type: event.type });
      this.age.observe({ group }, Math.max(0, Date.now() - Date.parse(event.time)) / 1_000);
    }
    if (offered > events.length) this.duplicatesTotal.inc({ group }, offered - events.length);
  }

  deadLetter(group: string, topic: string): void {
    this.deadLettersTotal.inc({ group, topic });
  }

  apart(group: string): void {
    this.apartTotal.inc({ group });
  }

  redelivery(group: string): void {
    this.redeliveriesTotal.inc({ group });
  }
}
