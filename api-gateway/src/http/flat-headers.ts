import type { FastifyReply } from 'fastify';

/** Headers as Node's HTTP server takes them in one piece: name, value, name, value. */
export type FlatHeaders = readonly string[];

/** Writes each of the headers. */
export function writeHeaders(headers: FlatHeaders, reply: FastifyReply): void {
  for (let at = 0; at < headers.length; at += 2) {
    reply.header(headers[at] ?? '', headers[at + 1]);
  }
}
