import { SpanKind } from '@opentelemetry/api';
import { extractTrace, linksWith, runInContext, runInTrace, systemContext, withSpan } from '@vici/utils';

/** What a handler asks of other services has to answer within this time. */
const HANDLER_DEADLINE_MS = 30_000;

/** What one run of a handler is about. */
export interface HandlerRun {
  readonly service: string;
  /** Name of the span. */
  readonly name: string;
  /** Id of the event, so that logs of the handling can be found by it. */
  readonly requestId?: string;
  readonly traceparent?: string | undefined;
  /** Of the events of a batch, which is work for all of them and part of no one's trace: its span is linked with them. */
  readonly traceparents?: readonly (string | undefined)[];
}

/** Runs a handler as the service itself, within the trace of the request that caused the event. */
export function runHandler<T>(run: HandlerRun, handler: () => Promise<T>): Promise<T> {
  const request = systemContext(run.service, {
    deadline: Date.now() + HANDLER_DEADLINE_MS,
    ...(run.requestId === undefined ? {} : { requestId: run.requestId }),
  });
  const options = { kind: SpanKind.CONSUMER, links: linksWith(run.traceparents ?? []) };
  return runInTrace(extractTrace({ traceparent: run.traceparent }), () =>
    withSpan(run.name, options, () => runInContext(request, handler)),
  );
}
