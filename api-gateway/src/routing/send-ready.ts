import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FlatHeaders, writeHeaders } from '../http/flat-headers.js';
import { header } from '../http/request-scope.js';
import { isKnownToClient, type ReadyAnswer } from './answer.js';

/** What is to be sent of a ready answer. */
export interface ReadyReply {
  readonly headers: FlatHeaders;
  /** Undefined when the client has it already: the status is 304 then. */
  readonly body: Buffer | undefined;
}

/** Of a ready answer what this client is to be sent. */
export function replyOf({ etag, headers, body }: ReadyAnswer, request: FastifyRequest): ReadyReply {
  return isKnownToClient(etag, header(request, 'if-none-match'))
    ? { headers: headers.known, body: undefined }
    : { headers: headers.full, body };
}

/**
 * Writes the headers of a ready answer.
 * @returns the body to send; undefined when the client has it already
 */
export function presentReady(
  ready: ReadyAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
): Buffer | undefined {
  const { headers, body } = replyOf(ready, request);
  writeHeaders(headers, reply);
  if (body === undefined) {
    reply.status(304);
  }
  return body;
}
