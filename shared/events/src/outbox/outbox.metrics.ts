import type { Metrics } from '@vici/utils';
import type { Counter, Histogram } from 'prom-client';
import type { ClaimedMessage, OutboxStore } from './outbox.store.js';

const LAG_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];

/** Numbers of one service's outbox. */
export class OutboxMetrics {
  private readonly publishedTotal: Counter;
  private readonly failuresTotal: Counter;
  private readonly lag: Histogram;

  constructor(metrics: Metrics, store: OutboxStore) {
    this.publishedTotal = metrics.counter('outbox_published_total', 'Messages given to the bus', ['topic']);
    this.failuresTotal = metrics.counter('outbox_relay_failures_total', 'Relay rounds that failed');
    this.lag = metrics.histogram(
      'outbox_relay_lag_seconds',
      'Time from writing an event to having it on the bus',
      [],
      LAG_BUCKETS_S,
    );
    metrics.gauge(
      'outbox_pending',
      'Rows that wait for publication, counted up to 10,000',
      [],
      async (gauge) => gauge.set(await store.pending()),
    );
  }

  published(messages: readonly ClaimedMessage[], roundMs: number): void {
    for (const message of messages) {
      this.publishedTotal.inc({ topic: message.topic });
      this.lag.observe((message.ageMs + roundMs) / 1_000);
    }
  }

  failed(): void {
    this.failuresTotal.inc();
  }
}
