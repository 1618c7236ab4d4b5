import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { extractTrace, injectTrace, isLeftOutHere, runInTrace, withSpan } from '../tracing.js';
import type { CallMetadata } from './call-metadata.js';
import type { CallOutcome } from './call-outcome.js';
import type { GrpcDefinition } from './grpc-types.js';

/** Runs a call that arrived within a server span of the caller's trace. */
export function inServerSpan(
  definition: GrpcDefinition,
  method: string,
  metadata: CallMetadata,
  run: () => Promise<CallOutcome>,
): Promise<CallOutcome> {
  // A call within one process: nothing was begun for it, and nothing needs to be.
  if (isLeftOutHere(metadata)) return run();
  return runInTrace(extractTrace(metadata), () =>
    withSpan(spanName(definition, method), options(SpanKind.SERVER, definition, method), (span) =>
      marked(span, run()),
    ),
  );
}

/** Runs one attempt within a client span, whose trace the metadata handed to `run` carries. */
export function inClientSpan(
  definition: GrpcDefinition,
  method: string,
  metadata: CallMetadata,
  run: (metadata: CallMetadata) => Promise<CallOutcome>,
): Promise<CallOutcome> {
  return withSpan(spanName(definition, method), options(SpanKind.CLIENT, definition, method), (span) =>
    marked(span, run(injectTrace({ ...metadata }))),
  );
}

function spanName(definition: GrpcDefinition, method: string): string {
  return `${definition.fullName}/${method}`;
}

function options(kind: SpanKind, definition: GrpcDefinition, method: string) {
  const attributes = {
    'rpc.system': 'grpc',
    'rpc.service': definition.fullName,
    'rpc.method': method,
  };
  return { kind, attributes };
}

async function marked(span: Span, running: Promise<CallOutcome>): Promise<CallOutcome> {
  const outcome = await running;
  if (!outcome.ok) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.error.code });
  }
  return outcome;
}
