import type { FastifyReply, FastifyRequest } from 'fastify';
import { header } from '../http/request-scope.js';
import { isKnownToClient, type ReadyAnswer } from './answer.js';

/**
 * Writes the headers of a ready answer.
 * @returns the body to send; undefined when the client has it already
 */
export function presentReady(
  ready: ReadyAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
): Buffer | undefined {
  reply.header('etag', ready.etag);
  // Private: the answer carries the visit's id in a header, which no shared cache may hand on.
  reply.header('cache-control', 'private, no-cache');
  if (isKnownToClient(ready.etag, header(request, 'if-none-match'))) {
    reply.status(304);
    return undefined;
  }
  reply.header('content-type', 'application/json; charset=utf-8');
  return ready.body;
}
