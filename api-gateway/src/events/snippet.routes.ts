import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { header } from '../http/request-scope.js';
import { isKnownToClient, ReadyAnswer } from '../routing/answer.js';

/** An hour without asking, a day while asking: a page is never held up by it. */
const CACHING = 'public, max-age=3600, stale-while-revalidate=86400';

/** Serves /vici-events.js, the module with which a page reports what its shopper does. */
export function addSnippet(app: NestFastifyApplication): void {
  const module = ReadyAnswer.text(
    readFileSync(new URL('../../assets/vici-events.js', import.meta.url), 'utf8'),
  );
  app
    .getHttpAdapter()
    .getInstance()
    .get('/vici-events.js', async (request, reply) => {
      // The same for everybody and kept by caches in between: it must not carry the visit of one of them.
      reply.removeHeader('x-session-id');
      reply.header('etag', module.etag).header('cache-control', CACHING);
      if (isKnownToClient(module.etag, header(request, 'if-none-match'))) return reply.status(304).send();
      return reply.type('text/javascript; charset=utf-8').send(module.body);
    });
}
