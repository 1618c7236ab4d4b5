import {
  type Counter,
  collectDefaultMetrics,
  type Gauge,
  type Histogram,
  type Metric,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
  type RegistryContentType,
} from 'prom-client';
import { CountedHistogram } from './counted-histogram.js';
import { sampledTraceId } from './tracing.js';

/** Seconds, from a cache hit to a slow upstream. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Process metrics belong to the process, not to a service: the first service in it reports them. */
let defaultMetricsTaken = false;

/** Brings a gauge up to date when it is scraped. */
export type GaugeCollector = (gauge: Gauge<string>) => void | Promise<void>;

/** The metrics of one service, in a registry of its own where every sample carries the label `service`. */
export class Metrics {
  readonly registry: Registry<RegistryContentType>;
  /** Exemplars exist in the OpenMetrics format only, and only traces are worth pointing at. */
  readonly #exemplars: boolean;

  /** @param traced whether measured times name a trace as their example; by default when there is a collector */
  constructor(service: string, traced = Boolean(process.env.OTEL_EXPORTER_OTLP_ENDPOINT)) {
    this.#exemplars = traced;
    this.registry = new Registry<RegistryContentType>();
    if (traced) {
      this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    }
    this.registry.setDefaultLabels({ service });
    if (!defaultMetricsTaken) {
      defaultMetricsTaken = true;
      collectDefaultMetrics({ register: this.registry });
    }
  }

  /** A counter. A name asked twice gives the same one. @throws Error when the name is of another kind */
  counter(name: string, help: string, labels: readonly string[] = []): Counter<string> {
    return this.#find(name, PromCounter) ?? new PromCounter(this.#options(name, help, labels));
  }

  /** A histogram, of seconds unless other buckets are given. A name asked twice gives the same one. */
  histogram(
    name: string,
    help: string,
    labels: readonly string[] = [],
    buckets: readonly number[] = DURATION_BUCKETS,
  ): Histogram<string> {
    return (
      this.#find(name, PromHistogram) ??
      new CountedHistogram({ ...this.#options(name, help, labels), buckets: [...buckets] })
    );
  }

  /** A histogram of seconds that is measured by {@link observe} alone. */
  tracedHistogram(name: string, help: string, labels: readonly string[] = []): Histogram<string> {
    if (!this.#exemplars) return this.histogram(name, help, labels);
    return (
      this.#find(name, PromHistogram) ??
      new PromHistogram({
        ...this.#options(name, help, labels),
        buckets: [...DURATION_BUCKETS],
        enableExemplars: true,
      })
    );
  }

  /** Measures a time in seconds; while it is traced, with the trace as its example. */
  observe(histogram: Histogram<string>, labels: Record<string, string | number>, seconds: number): void {
    if (!this.#exemplars) {
      histogram.observe(labels, seconds);
      return;
    }
    const traceId = sampledTraceId();
    histogram.observe({
      labels,
      value: seconds,
      ...(traceId !== undefined && { exemplarLabels: { trace_id: traceId } }),
    });
  }

  /** Whether {@link observe} has something to add to a plain observation. */
  get hasExemplars(): boolean {
    return this.#exemplars;
  }

  /**
   * A gauge; `collect` sets it anew at each scrape. A name asked twice gives the same one, with its first `collect`.
   * A `collect` that fails is counted in metrics_collect_errors_total and leaves the last value, so that one
   * failing source does not hide every other metric.
   */
  gauge(name: string, help: string, labels: readonly string[] = [], collect?: GaugeCollector): Gauge<string> {
    const known = this.#find(name, PromGauge);
    if (known !== undefined || collect === undefined) {
      return known ?? new PromGauge(this.#options(name, help, labels));
    }
    const failures = this.counter(
      'metrics_collect_errors_total',
      'Gauges that could not be read when scraped.',
      ['metric'],
    );
    return new PromGauge({
      ...this.#options(name, help, labels),
      async collect() {
        try {
          await collect(this);
        } catch {
          failures.inc({ metric: name });
        }
      },
    });
  }

  #options(name: string, help: string, labels: readonly string[]) {
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }

  #find<M extends Metric<string>>(name: string, kind: new (...options: never[]) => M): M | undefined {
    const metric: unknown = this.registry.getSingleMetric(name);
    if (metric === undefined) {
      return undefined;
    }
    if (!(metric instanceof kind)) {
      throw new Error(`The metric ${name} already exists and is not a ${kind.name}`);
    }
    return metric;
  }
}
