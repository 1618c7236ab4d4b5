import { Injectable } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics, runInContext } from '@vici/utils';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Admission } from '../admission/admission.js';
import { endOfTurn } from '../http/end-of-turn.js';
import { contextOf, scopeOf } from '../http/request-scope.js';
import type { SharedAnswer } from './answer.js';
import type { RouteDefinition } from './define-route.js';
import { presentReady } from './send-ready.js';

/** Addresses remembered, and the longest one worth it: who asks at ever new addresses gains nothing. */
const MOST_ADDRESSES = 10_000;
const LONGEST_ADDRESS = 1024;

interface Repeated {
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

/**
 * The short way: a request whose answer is kept is admitted as any other, then answered before routing, guards and
 * interceptors run. Whatever does not end here goes the long way, which knows of the admission already.
 */
export function addRepeatedAnswers(app: NestFastifyApplication): void {
  const answers = app.get(RepeatedAnswers, { strict: false });
  const admission = app.get(Admission, { strict: false });
  const repetitions = app
    .get(Metrics, { strict: false })
    .counter('gateway_repeated_answers_total', 'Requests answered without their handler.');
  const answered = async (repeated: Repeated, request: FastifyRequest, reply: FastifyReply) => {
    await admission.admit(repeated.route, request, reply);
    await endOfTurn();
    const isAnswered = answerAgain(repeated.answer, request, reply);
    repetitions.inc(isAnswered ? 1 : 0);
    return isAnswered;
  };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const repeated = answers.find(request);
      if (repeated === undefined) {
        done();
        return;
      }
      // A refusal is not lost: the guard asks for the same admission, and its error filter answers.
      answered(repeated, request, reply)
        .catch(() => false)
        .then((isAnswered) => {
          if (!isAnswered) {
            done();
          }
        }, done);
    });
}

function answerAgain(answer: SharedAnswer, request: FastifyRequest, reply: FastifyReply): boolean {
  const ready = answer.isWatched
    ? runInContext(contextOf(scopeOf(request)), answer.serveAgain)
    : answer.serveAgain();
  if (ready === undefined) {
    return false;
  }
  reply.send(presentReady(ready, request, reply));
  return true;
}
