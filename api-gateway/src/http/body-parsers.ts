import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError } from '@vici/utils';
import { parseJson } from './parse-json.js';

/** Largest body, in bytes. */
export const BODY_LIMIT = 1_048_576;

/**
 * Bodies are JSON. An empty one is no body, whatever its content type says: many clients name a type on every request.
 * Text is read as it is, for the routes that take it; forms are not taken at all.
 */
export function addBodyParsers(app: NestFastifyApplication): void {
  app.useBodyParser(
    'application/json',
    { bodyLimit: BODY_LIMIT },
    async (_request: unknown, body: Buffer) => {
      const text = body.toString('utf8');
      return text.trim() === '' ? undefined : parseJson(text);
    },
  );
  app.useBodyParser('application/x-www-form-urlencoded', {}, async () => {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  });
}
