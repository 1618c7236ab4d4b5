import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger, Metrics, runInContext } from '@vici/utils';
import type { FastifyRequest } from 'fastify';
import { pathOf } from './error.filter.js';
import { contextOf, scopeOf } from './request-scope.js';

/** Asked by machines all day; nobody reads of it. */
const UNLOGGED: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Counts and times every request by route pattern, and logs one line each: no query, no header, no body. */
export function addAccessLog(app: NestFastifyApplication): void {
  const logger = app.get(Logger, { strict: false });
  const metrics = app.get(Metrics, { strict: false });
  const labels = ['route', 'method', 'status'];
  const requests = metrics.counter('http_requests_total', 'HTTP requests answered.', labels);
  const durations = metrics.histogram('http_request_duration_seconds', 'Time to answer.', labels);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      const route = routeOf(request);
      const values = { route, method: request.method, status: reply.statusCode };
      requests.inc(values);
      durations.observe(values, reply.elapsedTime / 1000);
      if (!UNLOGGED.has(route)) {
        runInContext(contextOf(scopeOf(request)), () =>
          logger.info('Request answered.', {
            method: request.method,
            route,
            path: pathOf(request),
            status: reply.statusCode,
            durationMs: Math.round(reply.elapsedTime),
          }),
        );
      }
      done();
    });
}

/** The pattern, never the address: ids would make a time series each. */
function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
}
