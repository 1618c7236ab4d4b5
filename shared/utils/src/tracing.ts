import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

const TRACER_NAME = 'vici';

/** Sends what is still buffered and stops tracing. */
export type StopTracing = () => Promise<void>;

let started: Promise<StopTracing> | undefined;

/**
 * Starts OpenTelemetry tracing (HTTP, Postgres, Redis and Vici's own spans) when OTEL_EXPORTER_OTLP_ENDPOINT is set;
 * without it, does nothing and loads nothing. Once per process: later calls give the first one's result.
 * For HTTP, Postgres and Redis it must run before those libraries load: start Node with
 * `--import @vici/utils/tracing-register`.
 */
export function startTracing(
  service: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<StopTracing> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) {
    return Promise.resolve(() => Promise.resolve());
  }
  started ??= import('./tracing-sdk.js').then(({ startSdk }) => startSdk(service));
  return started;
}

/** The trace the current work belongs to (32 hexadecimal digits), if it is traced. */
export function activeTraceId(): string | undefined {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

/** Like {@link activeTraceId}, but only of a trace that is recorded: one that can be looked up. */
export function sampledTraceId(): string | undefined {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0
    ? spanContext.traceId
    : undefined;
}

/** Writes the current trace into the carrier as W3C `traceparent` (and `tracestate`); nothing when not traced. */
export function injectTrace<C extends Record<string, string>>(carrier: C): C {
  propagation.inject(context.active(), carrier);
  return carrier;
}

const KEPT_TRACES = 256;
/** By `traceparent`: all consumers of an event that share a process read the same one. */
const extracted = new Map<string, Context>();

/** The trace a carrier came with, to be entered by {@link runInTrace}. */
export function extractTrace(carrier: Readonly<Record<string, string | undefined>>): Context {
  const { traceparent, tracestate } = carrier;
  const known = traceparent === undefined ? undefined : extracted.get(traceparent);
  if (known !== undefined && tracestate === undefined) return known;
  const found = propagation.extract(ROOT_CONTEXT, carrier);
  if (traceparent === undefined || tracestate !== undefined || trace.getSpan(found) === undefined)
    return found;
  if (extracted.size >= KEPT_TRACES) extracted.clear();
  extracted.set(traceparent, found);
  return found;
}

/** Links with the recorded ones of these traces, each once: for work that many requests have caused together. */
export function linksWith(traceparents: Iterable<string | undefined>): Link[] {
  return [...new Set(traceparents)].flatMap((traceparent) => {
    const spanContext = trace.getSpanContext(extractTrace({ traceparent }));
    if (spanContext === undefined || (spanContext.traceFlags & TraceFlags.SAMPLED) === 0) return [];
    return [{ context: spanContext }];
  });
}

/** Runs `fn` as part of the trace. */
export function runInTrace<T>(traceContext: Context, fn: () => T): T {
  return context.with(traceContext, fn);
}

/**
 * Runs `fn` within a span of its own; a failure marks the span by the error's name, never its text. In a trace that this
 * process has decided not to record there is nothing to begin: `fn` runs within the span there is.
 */
export function withSpan<T>(name: string, options: SpanOptions, fn: (span: Span) => Promise<T>): Promise<T> {
  const outer = trace.getActiveSpan();
  if (outer !== undefined && isLeftOut(outer)) return fn(outer);
  return trace.getTracer(TRACER_NAME).startActiveSpan(name, options, async (span) => {
    try {
      return await fn(span);
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'error';
      span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Whether the carrier comes from the current work itself, in a trace that this process has decided not to record. */
export function isLeftOutHere({ traceparent }: Readonly<Record<string, string | undefined>>): boolean {
  const active = trace.getActiveSpan();
  return (
    active !== undefined && isLeftOut(active) && traceparent?.includes(active.spanContext().traceId) === true
  );
}

/** Not recorded, by a decision of this process: what comes from another one is decided anew, see OTEL_TRACES_SAMPLER. */
function isLeftOut(span: Span): boolean {
  const { isRemote = false, traceFlags } = span.spanContext();
  return !isRemote && !span.isRecording() && (traceFlags & TraceFlags.SAMPLED) === 0;
}
