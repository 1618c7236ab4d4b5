import type { Server } from 'node:http';
import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import { addSnippet } from '../events/snippet.routes.js';
import type { GatewayConfig } from '../gateway.config.js';
import { addUnsubscribePage } from '../notifications/unsubscribe.page.js';
import { addDocs } from '../openapi/docs.routes.js';
import { ShortWay } from '../routing/short-way.js';
import { OpenStreams } from '../streaming/open-streams.js';
import { addAccessLog } from './access-log.js';
import { addBodyParsers, BODY_LIMIT } from './body-parsers.js';
import { CommonHeaders } from './common-headers.js';
import { answerFailure } from './error.filter.js';
import { publicFailure } from './error-envelope.js';
import { scopeOf, writeScopeHeaders } from './request-scope.js';
import { securityHeaders } from './security-headers.js';

const READABLE_HEADERS = [
  'X-Request-Id',
  'X-Session-Id',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'ETag',
];
const WRITABLE_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'X-Request-Id',
  'X-Session-Id',
  'traceparent',
  'tracestate',
];
/** Browsers remember a preflight this long, in seconds. */
const PREFLIGHT_SECONDS = 600;

/** Settings of the HTTP server that cannot change later. */
export function httpOptions(config: GatewayConfig): FastifyHttpOptions<Server> {
  return {
    bodyLimit: BODY_LIMIT,
    // A URL the router cannot read never reaches a hook or filter.
    frameworkErrors: (error, request, reply) =>
      answerFailure(publicFailure(error), request, reply, new Date()),
    trustProxy: config.TRUSTED_PROXIES.length === 0 ? false : config.TRUSTED_PROXIES,
  };
}

/** Prefix, CORS, security headers, request identity, body parsers, access log and documentation. */
export async function configureHttp(app: NestFastifyApplication, config: GatewayConfig): Promise<void> {
  app.setGlobalPrefix('api');
  addBodyParsers(app);
  const fastify = app.getHttpAdapter().getInstance();
  const shortWay = app.get(ShortWay, { strict: false });
  fastify.addHook('onRequest', (request, reply, done) => shortWay.take(request, reply, done));
  const security = securityHeaders();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(security);
    writeScopeHeaders(scopeOf(request), reply);
    done();
  });
  addAccessLog(app);
  endStreamsBeforeClose(app);
  await app.register(cors, {
    origin: config.ALLOWED_ORIGINS.map((origin) => new URL(origin).origin),
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: WRITABLE_HEADERS,
    exposedHeaders: READABLE_HEADERS.join(', '),
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  });
  const common = app.get(CommonHeaders, { strict: false });
  fastify.addHook('onRequest', (request, reply, done) => {
    // Where admission has been asked for, the limit of that one request is among the headers.
    if (request.method === 'GET' && scopeOf(request).admission === undefined) {
      common.learn(request, reply);
    }
    done();
  });
  await addDocs(app);
  addSnippet(app);
  addUnsubscribePage(app);
}

/** The server closes when its answers are complete, and a stream is never complete by itself. */
function endStreamsBeforeClose(app: NestFastifyApplication): void {
  const streams = app.get(OpenStreams, { strict: false });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', (done) => {
      streams.endAll();
      done();
    });
}
