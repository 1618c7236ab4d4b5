import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { FlatHeaders } from './flat-headers.js';
import { header, SCOPE_HEADERS } from './request-scope.js';

/** Origins remembered, and the longest one worth it: who asks from ever new ones gains nothing. */
const MOST_ORIGINS = 100;
const LONGEST_ORIGIN = 256;
const OF_ONE_REQUEST: ReadonlySet<string> = new Set(Object.values(SCOPE_HEADERS));

/**
 * The headers that every answer to a GET carries, whatever was asked: security and CORS. They depend on nothing but the
 * origin that asks, and are learnt from what the hooks write, so that an answer sent before them carries the same.
 */
@Injectable()
export class CommonHeaders {
  private readonly byOrigin = new LRUCache<string, FlatHeaders>({ max: MOST_ORIGINS });

  /** Undefined for an origin that nobody has asked from lately. */
  for(request: FastifyRequest): FlatHeaders | undefined {
    return this.byOrigin.get(originOf(request));
  }

  /** To be called when all hooks that write such headers have run, and nothing else has. */
  learn(request: FastifyRequest, reply: FastifyReply): void {
    const origin = originOf(request);
    if (origin.length > LONGEST_ORIGIN || this.byOrigin.has(origin)) {
      return;
    }
    const common = Object.entries(reply.getHeaders()).filter(([name]) => !OF_ONE_REQUEST.has(name));
    this.byOrigin.set(
      origin,
      common.flatMap(([name, value]) => [name, String(value)]),
    );
  }
}

function originOf(request: FastifyRequest): string {
  return header(request, 'origin') ?? '';
}
