import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { activeTraceId, extractTrace, runInContext, runInTrace } from '@vici/utils';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { contextOf, header, scopeOf } from '../http/request-scope.js';
import { idempotencyKeyOf } from '../idempotency/idempotency-key.js';
import { Answer, isKnownToClient, ReadyAnswer } from './answer.js';
import { DEFAULT_TIMEOUT_MS, type RouteDefinition } from './define-route.js';
import { ROUTE } from './route.decorator.js';
import { validateInput } from './validate-input.js';

/**
 * Around every handler: checks the input, opens the request context the services see (identity, deadline,
 * idempotency key, trace) and wraps what the handler returns in the envelope of a success.
 */
@Injectable()
export class RouteInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = this.reflector.get<RouteDefinition>(ROUTE, execution.getHandler());
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const scope = scopeOf(request);
    scope.input = validateInput(route, request);
    const idempotencyKey = idempotencyKeyOf(route, request);
    const context = contextOf(scope, {
      deadline: Date.now() + (route.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
    const handled = inCallersTrace(request, () => runInContext(context, () => next.handle()));
    return handled.pipe(map((result: unknown) => present(route, result, request, reply)));
  }
}

/** Continues the trace of the client, unless the HTTP server is instrumented and has done so. */
function inCallersTrace<T>(request: FastifyRequest, fn: () => T): T {
  if (activeTraceId() !== undefined) {
    return fn();
  }
  const carrier = { traceparent: header(request, 'traceparent'), tracestate: header(request, 'tracestate') };
  return runInTrace(extractTrace(carrier), fn);
}

function present(
  route: RouteDefinition,
  result: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  const { data, extras } = result instanceof Answer ? result : new Answer(result);
  if (extras.status !== undefined) {
    reply.status(extras.status);
  }
  if (reply.statusCode === 204) {
    return undefined;
  }
  const message = extras.message ?? route.message;
  if (!(data instanceof ReadyAnswer) && route.etag !== true) {
    reply.header('cache-control', 'no-store');
    return { success: true, message, data };
  }
  const ready = data instanceof ReadyAnswer ? data : ReadyAnswer.success(data, message);
  return sendReady(ready, request, reply);
}

function sendReady(ready: ReadyAnswer, request: FastifyRequest, reply: FastifyReply): Buffer | undefined {
  reply.header('etag', ready.etag);
  // Private: the answer carries the visit's id in a header, which no shared cache may hand on.
  reply.header('cache-control', 'private, no-cache');
  if (isKnownToClient(ready.etag, header(request, 'if-none-match'))) {
    reply.status(304);
    return undefined;
  }
  reply.type('application/json; charset=utf-8');
  return ready.body;
}
