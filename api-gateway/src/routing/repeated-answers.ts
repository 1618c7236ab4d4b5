import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { SharedAnswer } from './answer.js';
import type { RouteDefinition } from './define-route.js';

/** Addresses remembered, and the longest one worth it: who asks at ever new addresses gains nothing. */
const MOST_ADDRESSES = 10_000;
const LONGEST_ADDRESS = 1024;

/** An answer that was given before, and the route it was given by. */
export interface Repeated {
  readonly route: RouteDefinition;
  readonly answer: SharedAnswer;
}

/**
 * The shared answers by the address they were asked at. Path and query are all that such an answer depends on, so a
 * request for a known address needs none of the way to its handler again: validation, interceptors, mapping.
 */
@Injectable()
export class RepeatedAnswers {
  private readonly byAddress = new LRUCache<string, Repeated>({ max: MOST_ADDRESSES });

  remember({ method, url }: FastifyRequest, route: RouteDefinition, answer: SharedAnswer): void {
    if (method === 'GET' && url.length <= LONGEST_ADDRESS) {
      this.byAddress.set(url, { route, answer });
    }
  }

  find({ method, url }: FastifyRequest): Repeated | undefined {
    return method === 'GET' ? this.byAddress.get(url) : undefined;
  }
}
