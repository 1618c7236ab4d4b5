import { Injectable } from '@nestjs/common';
import { Metrics, runInContext } from '@vici/utils';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { Counter } from 'prom-client';
import { Admission } from '../admission/admission.js';
import { CommonHeaders } from '../http/common-headers.js';
import { endOfTurn } from '../http/end-of-turn.js';
import type { FlatHeaders } from '../http/flat-headers.js';
import { contextOf, scopeHeaders, scopeOf } from '../http/request-scope.js';
import type { ReadyAnswer, SharedAnswer } from './answer.js';
import { type Repeated, RepeatedAnswers } from './repeated-answers.js';
import { replyOf } from './send-ready.js';

/**
 * The short way: a request whose answer is kept is admitted as any other, then answered in one write, before the other
 * hooks, guards and interceptors run. Whatever does not end here goes the long way, which knows of the admission already.
 */
@Injectable()
export class ShortWay {
  private readonly repetitions: Counter<string>;

  constructor(
    private readonly answers: RepeatedAnswers,
    private readonly admission: Admission,
    private readonly common: CommonHeaders,
    metrics: Metrics,
  ) {
    this.repetitions = metrics.counter(
      'gateway_repeated_answers_total',
      'Requests answered without their handler.',
    );
  }

  /** Answers the request if that is possible by now, or else lets it go on with `done`. */
  take(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    const repeated = this.answers.find(request);
    const common = repeated === undefined ? undefined : this.common.for(request);
    if (repeated === undefined || common === undefined) {
      done();
      return;
    }
    this.answered(repeated, common, request, reply).then(
      (isAnswered) => {
        if (!isAnswered) {
          done();
        }
      },
      // A refusal is not lost: the guard asks for the same admission, and its error filter answers.
      () => done(),
    );
  }

  private async answered(
    repeated: Repeated,
    common: FlatHeaders,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    const admitted = this.admission.admit(repeated.route, request, reply);
    if (admitted instanceof Promise) {
      await admitted;
    }
    await endOfTurn();
    const ready = serveAgain(repeated.answer, request);
    if (ready === undefined) {
      return false;
    }
    sendAtOnce(ready, common, request, reply);
    this.repetitions.inc();
    return true;
  }
}

function serveAgain(answer: SharedAnswer, request: FastifyRequest): ReadyAnswer | undefined {
  return answer.isWatched
    ? runInContext(contextOf(scopeOf(request)), answer.serveAgain)
    : answer.serveAgain();
}

/** Past Fastify's own sending, which looks at every header by itself. The access log hears of it as of any answer. */
function sendAtOnce(
  ready: ReadyAnswer,
  common: FlatHeaders,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { headers, body } = replyOf(ready, request);
  const all = common.concat(headers, scopeHeaders(scopeOf(request)));
  reply.hijack();
  reply.raw.writeHead(body === undefined ? 304 : 200, all).end(body);
}
