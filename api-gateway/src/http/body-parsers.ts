import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError, parseJson } from '@vici/utils';
import type { FastifyRequest } from 'fastify';

/** Largest body, in bytes. */
export const BODY_LIMIT = 1_048_576;

/** Below these the bytes are kept: their sender has signed them, or a service reads them itself. */
const KEPT_AS_BYTES = ['/api/webhooks/', '/api/events/batch'];

/** Mail programs post a form here (RFC 8058, section 3.1); what counts is in the address. */
const ONE_CLICK = '/api/notifications/unsubscribe?';

/**
 * Bodies are JSON. An empty one is no body, whatever its content type says: many clients name a type on every request.
 * Text is read as it is, for the routes that take it; forms are not taken, but for one.
 */
export function addBodyParsers(app: NestFastifyApplication): void {
  app.useBodyParser(
    'application/json',
    { bodyLimit: BODY_LIMIT },
    async (request: FastifyRequest, body: Buffer) => {
      if (KEPT_AS_BYTES.some((path) => request.url.startsWith(path))) return body;
      const text = body.toString('utf8');
      return text.trim() === '' ? undefined : parseJson(text);
    },
  );
  app.useBodyParser('application/x-www-form-urlencoded', {}, async (request: FastifyRequest) => {
    if (request.url.startsWith(ONE_CLICK)) return undefined;
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  });
}
