import type { Readable } from 'node:stream';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  activeTraceId,
  extractTrace,
  Logger,
  type RequestContext,
  runInContext,
  runInTrace,
} from '@vici/utils';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { contextOf, header, type RequestScope, scopeOf } from '../http/request-scope.js';
import { idempotencyKeyOf } from '../idempotency/idempotency-key.js';
import { CsvExport } from '../streaming/csv-export.js';
import type { ServerSentEvent } from '../streaming/event-stream.js';
import { inContext } from '../streaming/in-context.js';
import { OpenStreams } from '../streaming/open-streams.js';
import { TextDownload } from '../streaming/text-download.js';
import { Answer, ReadyAnswer, SharedAnswer } from './answer.js';
import { DEFAULT_TIMEOUT_MS, type RouteDefinition } from './define-route.js';
import { PdfDocument } from './pdf-document.js';
import { RepeatedAnswers } from './repeated-answers.js';
import { ROUTE } from './route.decorator.js';
import { presentReady } from './send-ready.js';
import { validateInput } from './validate-input.js';

/**
 * Around every handler: checks the input, opens the request context the services see (identity, deadline,
 * idempotency key, trace) and wraps what the handler returns in the envelope of a success.
 */
@Injectable()
export class RouteInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly streams: OpenStreams,
    private readonly logger: Logger,
    private readonly answers: RepeatedAnswers,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = this.reflector.get<RouteDefinition>(ROUTE, execution.getHandler());
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const scope = scopeOf(request);
    scope.input = validateInput(route, request);
    const idempotencyKey = idempotencyKeyOf(route, request);
    if (route.stream === true) {
      this.streams.admit(scope);
    }
    const context = contextOf(scope, {
      ...(!isOpenEnded(route) && { deadline: Date.now() + (route.timeoutMs ?? DEFAULT_TIMEOUT_MS) }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
    const handled = inCallersTrace(request, () => runInContext(context, () => next.handle()));
    return handled.pipe(
      map((result: unknown) => {
        if (isOpenEnded(route)) {
          return this.open(result, context, scope, reply);
        }
        if (result instanceof PdfDocument) {
          return presentPdf(result, reply);
        }
        return presentJson(route, this.shared(route, result, request, context), request, reply);
      }),
    );
  }

  /** Of a shared answer what is to be given now; it is found again under its address. */
  private shared(
    route: RouteDefinition,
    result: unknown,
    request: FastifyRequest,
    context: RequestContext,
  ): unknown {
    if (!(result instanceof SharedAnswer)) {
      return result;
    }
    this.answers.remember(request, route, result);
    return runInContext(context, result.serveFirst);
  }

  private open(result: unknown, context: RequestContext, scope: RequestScope, reply: FastifyReply): Readable {
    if (isEvents(result)) {
      return this.streams.start(inContext(context, result), scope, reply);
    }
    if (result instanceof CsvExport || result instanceof TextDownload) {
      reply.header('cache-control', 'no-store');
      reply.header('content-disposition', `attachment; filename="${result.fileName}"`);
      reply.type(`${result.contentType}; charset=utf-8`);
      return result.body(context, (error) => this.logger.error('An export broke off.', { error }));
    }
    throw new TypeError('A handler of a stream or an export has to return its events or its rows');
  }
}

/** Streams and exports take as long as their clients do; each call they make has its own deadline. */
function isOpenEnded({ stream, csv, download }: RouteDefinition): boolean {
  return stream === true || csv === true || download !== undefined;
}

function isEvents(result: unknown): result is AsyncIterable<ServerSentEvent> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

/** Continues the trace of the client, unless the HTTP server is instrumented and has done so. */
function inCallersTrace<T>(request: FastifyRequest, fn: () => T): T {
  if (activeTraceId() !== undefined) {
    return fn();
  }
  const carrier = { traceparent: header(request, 'traceparent'), tracestate: header(request, 'tracestate') };
  return runInTrace(extractTrace(carrier), fn);
}

function presentPdf({ fileName, bytes }: PdfDocument, reply: FastifyReply): Buffer {
  reply.header('cache-control', 'private, no-store');
  reply.header('content-disposition', `inline; filename="${fileName}"`);
  reply.type('application/pdf');
  return bytes;
}

function presentJson(
  route: RouteDefinition,
  result: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  const { data, extras } = result instanceof Answer ? result : new Answer(result);
  if (extras.status !== undefined) {
    reply.status(extras.status);
  }
  if (extras.etag !== undefined) {
    reply.header('etag', extras.etag);
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
  return presentReady(ready, request, reply);
}
