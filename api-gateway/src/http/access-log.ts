import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger, Metrics, runInContext } from '@vici/utils';
import type { FastifyRequest } from 'fastify';
import type { Counter, Histogram } from 'prom-client';
import { pathOf } from './error.filter.js';
import { contextOf, scopeOf } from './request-scope.js';

/** Asked by machines all day; nobody reads of it. */
const UNLOGGED: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Counts and times every request by route pattern, and logs one line each: no query, no header, no body. */
export function addAccessLog(app: NestFastifyApplication): void {
  const logger = app.get(Logger, { strict: false });
  const meters = new RequestMeters(app.get(Metrics, { strict: false }));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      const route = routeOf(request);
      const { elapsedTime } = reply;
      meters.count(route, request.method, reply.statusCode, elapsedTime / 1000);
      if (logger.writes('info') && !UNLOGGED.has(route)) {
        runInContext(contextOf(scopeOf(request)), () =>
          logger.info('Request answered.', {
            method: request.method,
            route,
            path: pathOf(request),
            status: reply.statusCode,
            durationMs: Math.round(elapsedTime),
          }),
        );
      }
      done();
    });
}

/** Count and time of one route, method and status: looked up once, then at hand. */
interface Meter {
  readonly requests: Counter.Internal;
  readonly seconds: Histogram.Internal<string>;
}

class RequestMeters {
  private readonly requests: Counter<string>;
  private readonly durations: Histogram<string>;
  /** By route, method and status. */
  private readonly meters = new Map<string, Map<string, Map<number, Meter>>>();

  constructor(private readonly metrics: Metrics) {
    const labels = ['route', 'method', 'status'];
    this.requests = metrics.counter('http_requests_total', 'HTTP requests answered.', labels);
    this.durations = metrics.tracedHistogram('http_request_duration_seconds', 'Time to answer.', labels);
  }

  count(route: string, method: string, status: number, seconds: number): void {
    const meter = this.meters.get(route)?.get(method)?.get(status) ?? this.open(route, method, status);
    meter.requests.inc();
    if (this.metrics.hasExemplars) {
      this.metrics.observe(this.durations, { route, method, status }, seconds);
    } else {
      meter.seconds.observe(seconds);
    }
  }

  private open(route: string, method: string, status: number): Meter {
    const labels = { route, method, status };
    const meter = { requests: this.requests.labels(labels), seconds: this.durations.labels(labels) };
    const ofRoute = this.meters.get(route) ?? new Map<string, Map<number, Meter>>();
    const ofMethod = ofRoute.get(method) ?? new Map<number, Meter>();
    this.meters.set(route, ofRoute.set(method, ofMethod.set(status, meter)));
    return meter;
  }
}

/** The pattern, never the address: ids would make a time series each. */
function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
}
