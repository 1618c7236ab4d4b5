import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { RecordedPgInstrumentation, RecordedRedisInstrumentation } from './recorded-only.js';

/** Answered so often, and of so little interest, that their spans would only be noise. */
const UNTRACED_PATHS: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Of the traces that begin here, the share that is recorded unless OTEL_TRACES_SAMPLER says otherwise. */
const DEFAULT_SHARE = '0.05';

/**
 * Starts the SDK; endpoint, sampling and the like come from the standard OTEL_* variables.
 * Loaded only when tracing is on, because the SDK and its instrumentations are slow to load.
 */
export function startSdk(service: string): () => Promise<void> {
  if (!process.env.OTEL_TRACES_SAMPLER) {
    // A trace that comes with a request is recorded as its sender decided.
    process.env.OTEL_TRACES_SAMPLER = 'parentbased_traceidratio';
    process.env.OTEL_TRACES_SAMPLER_ARG ??= DEFAULT_SHARE;
  }
  const sdk = new NodeSDK({
    serviceName: service,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: (request) => UNTRACED_PATHS.has(request.url ?? ''),
      }),
      // Statement texts hold placeholders only; their values and Redis arguments may be personal and stay out.
      new RecordedPgInstrumentation({ requireParentSpan: true, enhancedDatabaseReporting: false }),
      new RecordedRedisInstrumentation({
        requireParentSpan: true,
        dbStatementSerializer: (command) => command,
      }),
    ],
  });
  sdk.start();
  return () => sdk.shutdown();
}
