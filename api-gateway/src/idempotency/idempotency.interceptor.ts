import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { currentContext, DomainError, ERROR_TABLE, isDomainError, Logger, Metrics } from '@vici/utils';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Counter } from 'prom-client';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { countedAddress } from '../admission/client-address.js';
import { pathOf } from '../http/error.filter.js';
import { type RequestScope, scopeOf } from '../http/request-scope.js';
import { Answer } from '../routing/answer.js';
import type { RouteDefinition } from '../routing/define-route.js';
import { ROUTE, statusOf } from '../routing/route.decorator.js';
import { type Claim, IdempotencyStore, type Outcome } from './idempotency.store.js';
import { RequestFingerprint } from './request-fingerprint.js';

/**
 * Runs a request with an Idempotency-Key once and gives its answer to every repetition. Answers and final refusals are
 * kept; what may succeed on another try (5xx, retryable codes) is not. Without Redis the request runs: the services
 * are unique on the key too.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly requests: Counter<string>;

  constructor(
    private readonly reflector: Reflector,
    private readonly store: IdempotencyStore,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.requests = metrics.counter(
      'gateway_idempotent_requests_total',
      'Requests with an Idempotency-Key, by what became of them.',
      ['result'],
    );
  }

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const key = currentContext()?.idempotencyKey;
    if (key === undefined) {
      return next.handle();
    }
    const route = this.reflector.get<RouteDefinition>(ROUTE, execution.getHandler());
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const fingerprint = new RequestFingerprint({
      owner: ownerOf(scopeOf(request)),
      route: `${route.method} ${route.path}`,
      path: pathOf(request),
      key,
      body: request.body,
    });
    return from(this.once(fingerprint, route, scopeOf(request), http.getResponse<FastifyReply>(), next));
  }

  private async once(
    fingerprint: RequestFingerprint,
    route: RouteDefinition,
    scope: RequestScope,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    const begun = await this.begin(fingerprint);
    if (begun !== undefined && 'kind' in begun) {
      this.requests.inc({ result: 'replayed' });
      return replay(begun, scope, reply);
    }
    this.requests.inc({ result: begun === undefined ? 'unprotected' : 'run' });
    try {
      const result: unknown = await lastValueFrom(next.handle());
      await this.settle(begun, fingerprint, answered(result, route, scope));
      return result;
    } catch (error) {
      await this.settle(begun, fingerprint, refused(error));
      throw error;
    }
  }

  private async begin(fingerprint: RequestFingerprint): Promise<Claim | Outcome | undefined> {
    try {
      return await this.store.begin(fingerprint);
    } catch (error) {
      if (isDomainError(error)) {
        this.requests.inc({ result: 'refused' });
        throw error;
      }
      this.logger.warn('An idempotency key could not be looked up; the request runs.', { error });
      return undefined;
    }
  }

  private async settle(
    claim: Claim | undefined,
    fingerprint: RequestFingerprint,
    outcome: Outcome | undefined,
  ): Promise<void> {
    if (claim === undefined) {
      return;
    }
    try {
      await (outcome === undefined
        ? this.store.release(claim)
        : this.store.settle(claim, fingerprint, outcome));
    } catch (error) {
      this.logger.warn('An answer could not be kept for its idempotency key.', { error });
    }
  }
}

/** A guest whose client names no visit is known by address alone: each request would be another visit. */
function ownerOf(scope: RequestScope): string {
  const { userId } = scope.caller;
  if (userId !== undefined) {
    return `user:${userId}`;
  }
  return scope.isNewVisit ? `ip:${countedAddress(scope.client.ip)}` : `visit:${scope.shopperSessionId}`;
}

function answered(result: unknown, route: RouteDefinition, scope: RequestScope): Outcome {
  const { data, extras } = result instanceof Answer ? result : new Answer(result);
  return {
    kind: 'answer',
    status: extras.status ?? statusOf(route),
    ...(extras.message !== undefined && { message: extras.message }),
    data,
    shopperSessionId: scope.shopperSessionId,
  };
}

function refused(error: unknown): Outcome | undefined {
  if (!isDomainError(error) || ERROR_TABLE[error.code].retryable || ERROR_TABLE[error.code].http >= 500) {
    return undefined;
  }
  const { code, message, details } = error;
  return { kind: 'failure', code, message, ...(details !== undefined && { details: { ...details } }) };
}

function replay(outcome: Outcome, scope: RequestScope, reply: FastifyReply): Answer<unknown> {
  reply.header('idempotency-replayed', 'true');
  if (outcome.kind === 'failure') {
    throw new DomainError(outcome.code, outcome.message, outcome.details);
  }
  if (scope.isNewVisit) {
    // The visit the first request opened is the one its answer is about.
    reply.header('x-session-id', outcome.shopperSessionId);
  }
  const { data, status, message } = outcome;
  return new Answer(data, { status, ...(message !== undefined && { message }) });
}
