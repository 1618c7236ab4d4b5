import type { Server } from 'node:http';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import type { GatewayConfig } from '../gateway.config.js';
import { addDocs } from '../openapi/docs.routes.js';
import { OpenStreams } from '../streaming/open-streams.js';
import { addAccessLog } from './access-log.js';
import { addBodyParsers, BODY_LIMIT } from './body-parsers.js';
import { answerFailure } from './error.filter.js';
import { publicFailure } from './error-envelope.js';
import { scopeOf, writeScopeHeaders } from './request-scope.js';

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

/** The scripts of /docs come from here; styles of Swagger UI are partly inline, its icons data URLs. */
const CONTENT_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

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
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
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
    exposedHeaders: READABLE_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  });
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_POLICY },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  await addDocs(app);
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
