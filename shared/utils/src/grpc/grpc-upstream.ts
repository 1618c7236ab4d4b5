import { setTimeout as sleep } from 'node:timers/promises';
import type { Counter, Gauge, Histogram } from 'prom-client';
import { DomainError } from '../domain/errors.js';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import { currentContext, type RequestContext } from '../request-context.js';
import { writeMetadata } from './call-metadata.js';
import { type CallOutcome, cancelled, deadlineExceeded } from './call-outcome.js';
import { inClientSpan } from './call-span.js';
import { decodeError, encodeError } from './error-codec.js';
import type { GrpcChannel, OutgoingCall } from './grpc-channel.js';
import type { GrpcCallOptions, GrpcDefinition, GrpcMethod } from './grpc-types.js';
import type { InProcessRegistry } from './in-process-registry.js';
import { RetryBudget } from './retry-budget.js';
import { type BreakerState, UpstreamBreaker } from './upstream-breaker.js';

const DEFAULT_TIMEOUT_MS = 2000;
/** Kept back from the context's deadline, to answer one's own caller in time. */
const RESERVE_MS = 5;
const MAX_RETRIES = 2;
const RETRY_WAIT_MS = { min: 20, max: 100 } as const;
const BREAKER_LEVEL: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** What a client needs around it. */
export interface UpstreamDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Where services of the same process are found; without it every call takes the socket. */
  readonly registry?: InProcessRegistry;
}

interface ClientMetrics {
  readonly handled: Counter;
  readonly duration: Histogram;
  readonly retries: Counter;
  readonly breaker: Gauge;
}

/** One attempt's surroundings, the same for each retry. */
interface Attempt {
  readonly methodKey: string;
  readonly method: GrpcMethod;
  readonly request: unknown;
  readonly outgoing: OutgoingCall;
}

/**
 * Calls to one API at one address: deadline, metadata, retries, retry budget and circuit breaker.
 * The call itself goes to the service in this process when it lives here, else through the socket.
 */
export class GrpcUpstream {
  private readonly budget = new RetryBudget();
  private readonly breaker: UpstreamBreaker;
  private readonly metrics: ClientMetrics;

  constructor(
    private readonly definition: GrpcDefinition,
    private readonly channel: GrpcChannel,
    private readonly deps: UpstreamDependencies,
  ) {
    this.metrics = clientMetrics(deps.metrics);
    this.breaker = new UpstreamBreaker(definition, (state) => this.breakerChanged(state));
    this.metrics.breaker.set({ upstream: definition.fullName }, BREAKER_LEVEL.closed);
  }

  /** @throws DomainError and nothing else, unless the request cannot be made into the method's message */
  async call(
    methodKey: string,
    method: GrpcMethod,
    partial: unknown,
    options: GrpcCallOptions = {},
  ): Promise<unknown> {
    const context = currentContext();
    const attempt: Attempt = {
      methodKey,
      method,
      request: method.requestType.fromPartial(partial),
      outgoing: {
        metadata: writeMetadata(context, options.idempotencyKey),
        deadline: deadlineOf(context, options.timeoutMs),
        signal: joinedSignal(context?.signal, options.signal),
      },
    };
    const labels = { upstream: this.definition.fullName, method: method.name };
    const stop = this.metrics.duration.startTimer(labels);
    const outcome = await this.withRetries(attempt);
    stop();
    this.metrics.handled.inc({ ...labels, code: outcome.ok ? 'OK' : outcome.error.code });
    if (!outcome.ok) {
      throw outcome.error;
    }
    return outcome.response;
  }

  private async withRetries(attempt: Attempt): Promise<CallOutcome> {
    this.budget.earn();
    for (let retries = 0; ; retries += 1) {
      const outcome = await this.attempt(attempt);
      const wait = RETRY_WAIT_MS.min + Math.random() * (RETRY_WAIT_MS.max - RETRY_WAIT_MS.min);
      if (outcome.ok || retries === MAX_RETRIES || !this.mayRetry(attempt, outcome, wait)) {
        return outcome;
      }
      const { signal } = attempt.outgoing;
      try {
        await sleep(wait, undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        // Only the caller's signal ends a sleep early.
        return cancelled(this.definition, error);
      }
      this.metrics.retries.inc({
        upstream: this.definition.fullName,
        method: attempt.method.name,
      });
    }
  }

  private mayRetry(
    { method, outgoing }: Attempt,
    outcome: Extract<CallOutcome, { ok: false }>,
    wait: number,
  ): boolean {
    const { code } = outcome.error;
    return (
      method.options.idempotencyLevel !== undefined &&
      (outcome.kind === 'unreachable' || outcome.kind === 'answered') &&
      (code === 'SERVICE_UNAVAILABLE' || code === 'DEADLINE_EXCEEDED') &&
      Date.now() + wait < outgoing.deadline &&
      this.budget.spend()
    );
  }

  private async attempt(attempt: Attempt): Promise<CallOutcome> {
    if (attempt.outgoing.deadline <= Date.now()) {
      // Nothing was sent, so neither the breaker nor a retry has a say.
      return { ...deadlineExceeded(this.definition), kind: 'refused' };
    }
    return await this.breaker.run(() =>
      inClientSpan(this.definition, attempt.method.name, attempt.outgoing.metadata, (metadata) =>
        this.send({ ...attempt, outgoing: { ...attempt.outgoing, metadata } }),
      ),
    );
  }

  private async send({ methodKey, method, request, outgoing }: Attempt): Promise<CallOutcome> {
    const local = this.deps.registry?.find(this.definition.fullName);
    if (local === undefined) {
      return await this.channel.call(this.definition, method, request, outgoing);
    }
    const outcome = await local.handle(methodKey, method.requestType.fromPartial(request), {
      metadata: outgoing.metadata,
      deadline: outgoing.deadline,
      signal: outgoing.signal,
    });
    return outcome.ok ? outcome : { ...outcome, error: asReceived(outcome.error) };
  }

  private breakerChanged(state: BreakerState): void {
    const upstream = this.definition.fullName;
    this.metrics.breaker.set({ upstream }, BREAKER_LEVEL[state]);
    this.deps.logger.warn(`The circuit breaker is ${state}.`, { upstream });
  }
}

/** The error as it would arrive through a socket: details of the same shape, the cause kept for the log. */
function asReceived(error: DomainError): DomainError {
  return (
    decodeError(encodeError(error), error) ??
    new DomainError(error.code, error.message, undefined, { cause: error })
  );
}

function deadlineOf(context: RequestContext | undefined, timeoutMs = DEFAULT_TIMEOUT_MS): number {
  const own = Date.now() + timeoutMs;
  return context?.deadline === undefined ? own : Math.min(own, context.deadline - RESERVE_MS);
}

function joinedSignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}

function clientMetrics(metrics: Metrics): ClientMetrics {
  return {
    handled: metrics.counter(
      'grpc_client_handled_total',
      'gRPC calls made, by upstream, method and code; a call with its retries counts once.',
      ['upstream', 'method', 'code'],
    ),
    duration: metrics.histogram('grpc_client_duration_seconds', 'Time of a gRPC call with its retries.', [
      'upstream',
      'method',
    ]),
    retries: metrics.counter('grpc_client_retries_total', 'Second and third attempts.', [
      'upstream',
      'method',
    ]),
    breaker: metrics.gauge(
      'grpc_client_circuit_state',
      'Circuit breaker of an upstream: 0 closed, 1 half-open, 2 open.',
      ['upstream'],
    ),
  };
}
