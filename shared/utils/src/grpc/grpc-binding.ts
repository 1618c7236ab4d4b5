import type { Counter, Histogram } from 'prom-client';
import { DomainError, type ErrorCode, isDomainError } from '../domain/errors.js';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import { runInContext } from '../request-context.js';
import { type CallMetadata, readContext } from './call-metadata.js';
import { answered, type CallFailure, type CallOutcome, cancelled, deadlineExceeded } from './call-outcome.js';
import { inServerSpan } from './call-span.js';
import type { GrpcDefinition, GrpcMethod } from './grpc-types.js';

const MAX_TIMER_MS = 2 ** 31 - 1;

/** What arrives beside a request, from a socket or from a caller in the same process. */
export interface IncomingCall {
  readonly metadata: CallMetadata;
  /** Epoch milliseconds. */
  readonly deadline: number | undefined;
  /** Aborted when the caller goes away; undefined where there is nothing to listen to. */
  readonly signal: AbortSignal | undefined;
}

/** What a binding needs of its service. */
export interface BindingDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface Implementation {
  readonly method: GrpcMethod;
  readonly handler: (request: unknown) => Promise<unknown>;
}

/** Thrown inside a call that must not wait for its handler any longer. */
class Interruption extends Error {
  constructor(readonly failure: CallFailure) {
    super(failure.error.message);
  }
}

/**
 * One service's implementation of one API: runs a method in the caller's request context, within the
 * deadline, and turns whatever happens into an outcome that is safe to send. Sockets and in-process
 * callers both end here, so they cannot behave differently.
 */
export class GrpcBinding {
  private readonly implementations: ReadonlyMap<string, Implementation>;
  private readonly handled: Counter;
  private readonly duration: Histogram;
  private running = 0;
  private readonly idlers: (() => void)[] = [];

  /** Throws when the controller lacks a method of the definition. */
  constructor(
    readonly definition: GrpcDefinition,
    controller: object,
    private readonly deps: BindingDependencies,
  ) {
    this.implementations = implementationsOf(definition, controller);
    this.handled = deps.metrics.counter(
      'grpc_server_handled_total',
      'gRPC calls answered, by method and code.',
      ['method', 'code'],
    );
    this.duration = deps.metrics.tracedHistogram(
      'grpc_server_duration_seconds',
      'Time from a gRPC request to its answer.',
      ['method'],
    );
  }

  /** Runs a method of the definition. Never rejects. */
  async handle(methodKey: string, request: unknown, call: IncomingCall): Promise<CallOutcome> {
    this.running += 1;
    try {
      return await this.measured(methodKey, request, call);
    } finally {
      this.running -= 1;
      if (this.running === 0) for (const resolve of this.idlers.splice(0)) resolve();
    }
  }

  /** Resolves when no call is running. */
  async idle(): Promise<void> {
    while (this.running > 0) await new Promise<void>((resolve) => this.idlers.push(resolve));
  }

  private async measured(methodKey: string, request: unknown, call: IncomingCall): Promise<CallOutcome> {
    const implementation = this.implementations.get(methodKey);
    if (implementation === undefined) {
      const unknown = new Error(`${this.definition.fullName} has no method ${methodKey}`);
      return answered(this.safeError(unknown, methodKey));
    }
    const method = implementation.method.name;
    const startedAt = performance.now();
    const outcome = await inServerSpan(this.definition, method, call.metadata, async () => {
      const result = await this.execute(implementation, request, call);
      // Within the span, which the time is an example of.
      this.deps.metrics.observe(this.duration, { method }, (performance.now() - startedAt) / 1000);
      return result;
    });
    this.handled.inc({ method, code: codeLabel(outcome) });
    return outcome;
  }

  private async execute(
    implementation: Implementation,
    request: unknown,
    call: IncomingCall,
  ): Promise<CallOutcome> {
    if (call.signal?.aborted === true) {
      return cancelled(this.definition, call.signal.reason);
    }
    if (call.deadline !== undefined && call.deadline <= Date.now()) {
      return deadlineExceeded(this.definition);
    }
    const limit = new CallLimit(this.definition, call);
    const context = readContext(call.metadata, { deadline: call.deadline, signal: limit.signal });
    try {
      return await runInContext(context, () => this.runWithin(limit, implementation, request));
    } finally {
      limit.clear();
    }
  }

  private async runWithin(
    limit: CallLimit,
    implementation: Implementation,
    request: unknown,
  ): Promise<CallOutcome> {
    const method = implementation.method.name;
    const work = respond(implementation, request);
    try {
      return { ok: true, response: await Promise.race([work, limit.reached]) };
    } catch (error) {
      if (error instanceof Interruption) {
        this.reportLateFailure(work, method);
        return error.failure;
      }
      return answered(this.safeError(error, method));
    }
  }

  /** What nobody foresaw stays here: it is logged in full and leaves as INTERNAL. */
  private safeError(error: unknown, method: string): DomainError {
    if (isDomainError(error) && error.code !== 'INTERNAL') {
      return error;
    }
    const api = this.definition.fullName;
    this.deps.logger.error('A gRPC handler failed unexpectedly.', { api, method, error });
    return new DomainError('INTERNAL', 'Something went wrong on our side.', undefined, {
      cause: error,
    });
  }

  private reportLateFailure(work: Promise<unknown>, method: string): void {
    work.catch((error: unknown) => {
      const api = this.definition.fullName;
      this.deps.logger.warn('A gRPC handler failed after its caller had gone.', {
        api,
        method,
        error,
      });
    });
  }
}

/** The moment a call has to end: its deadline or its caller's signal. The handler sees it as `signal`. */
class CallLimit {
  readonly reached: Promise<never>;
  private readonly abort = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly onAbort: () => void;

  constructor(
    definition: GrpcDefinition,
    private readonly call: IncomingCall,
  ) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.reached = promise;
    const end = (failure: CallFailure): void => {
      reject(new Interruption(failure));
      this.abort.abort(failure.error);
    };
    this.onAbort = () => end(cancelled(definition, call.signal?.reason));
    call.signal?.addEventListener('abort', this.onAbort, { once: true });
    if (call.deadline !== undefined) {
      const remaining = Math.min(call.deadline - Date.now(), MAX_TIMER_MS);
      this.timer = setTimeout(() => end(deadlineExceeded(definition)), remaining);
    }
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  clear(): void {
    clearTimeout(this.timer);
    this.call.signal?.removeEventListener('abort', this.onAbort);
  }
}

async function respond({ method, handler }: Implementation, request: unknown): Promise<unknown> {
  return method.responseType.fromPartial(await handler(request));
}

function implementationsOf(
  definition: GrpcDefinition,
  controller: object,
): ReadonlyMap<string, Implementation> {
  const implementations = new Map<string, Implementation>();
  for (const [methodKey, method] of Object.entries(definition.methods)) {
    const handler: unknown = Reflect.get(controller, methodKey);
    if (typeof handler !== 'function') {
      const missing = `${controller.constructor.name} does not implement ${methodKey}`;
      throw new Error(`${missing} of ${definition.fullName}`);
    }
    implementations.set(methodKey, {
      method,
      handler: async (request) => await Reflect.apply(handler, controller, [request]),
    });
  }
  return implementations;
}

function codeLabel(outcome: CallOutcome): ErrorCode | 'OK' | 'CANCELLED' {
  if (outcome.ok) {
    return 'OK';
  }
  return outcome.kind === 'cancelled' ? 'CANCELLED' : outcome.error.code;
}
