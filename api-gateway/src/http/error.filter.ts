import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { Clock, type DomainError, ERROR_TABLE, Logger, runInContext } from '@vici/utils';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorEnvelope, publicFailure } from './error-envelope.js';
import { contextOf, scopeOf, writeScopeHeaders } from './request-scope.js';

/** Answers every failure, wherever it was thrown, with the one error envelope. */
@Injectable()
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const scope = scopeOf(request);
    const failure = publicFailure(error);
    if (failure.code === 'INTERNAL') {
      runInContext(contextOf(scope), () =>
        this.logger.error('A request failed unexpectedly.', { error, route: request.routeOptions.url }),
      );
    }
    if (!reply.sent) {
      answerFailure(failure, request, reply, this.clock.now());
    }
  }
}

/** Sends a failure in its envelope, with the headers that belong to it. */
export function answerFailure(
  failure: DomainError,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Date,
): void {
  const scope = scopeOf(request);
  const { http: status } = ERROR_TABLE[failure.code];
  writeScopeHeaders(scope, reply);
  reply.header('cache-control', 'no-store');
  reply.removeHeader('etag');
  reply.removeHeader('content-disposition');
  if (status === 401) {
    reply.header('www-authenticate', 'Bearer');
  }
  const wait = failure.details?.['retryAfterSeconds'];
  if (typeof wait === 'number') {
    reply.header('retry-after', Math.max(1, Math.ceil(wait)));
  }
  reply
    .status(status)
    .type('application/json; charset=utf-8')
    .send(errorEnvelope(failure, { requestId: scope.requestId, path: pathOf(request), now }));
}

/** The path alone: a query may hold what nobody should see again. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}
