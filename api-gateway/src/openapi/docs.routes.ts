import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ReadyAnswer } from '../routing/answer.js';
import { buildOpenApiDocument } from './openapi-document.js';
import { RouteCatalogue } from './route-catalogue.js';

const API_VERSION = '1.0.0';
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The page brings no script of its own: the content security policy allows files only. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vici API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="reference"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START_SCRIPT = `window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, persistAuthorization: true });
`;

/** Serves /openapi.json and /docs, the browsable reference, from this process alone. */
export async function addDocs(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const document = ReadyAnswer.document(
    buildOpenApiDocument(app.get(RouteCatalogue, { strict: false }).routes(), API_VERSION),
  );
  fastify.get('/openapi.json', async (_request, reply) =>
    reply.header('etag', document.etag).type('application/json; charset=utf-8').send(document.body),
  );
  fastify.get('/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  fastify.get('/docs/start.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(START_SCRIPT),
  );
  await app.register(fastifyStatic, {
    root: dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
    prefix: '/docs/assets/',
    allowedPath: (path) => ASSETS.some((asset) => path === `/${asset}`),
    index: false,
    maxAge: '1h',
  });
}
