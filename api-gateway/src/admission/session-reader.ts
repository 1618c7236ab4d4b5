import type { Redis } from '@vici/utils';
import { endOfTurn } from '../http/end-of-turn.js';
import { type SessionState, sessionStateOf } from './login-session.js';

/** An answer that takes longer is not waited for by those who come after, in milliseconds. */
const USUAL_ANSWER_MS = 5;

/**
 * Reads login sessions, those of many requests with one question: what arrives while an answer is on its way is asked for
 * together once that is here. A question leaves after all who get its answer have come, so nobody is answered from
 * before. Under load this saves the system a write and a read for each request.
 */
export class SessionReader {
  #waiting = new Map<string, PromiseWithResolvers<SessionState>>();
  #leaving = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #underway = 0;

  constructor(private readonly redis: Redis) {}

  /** @throws Error when Redis does not answer */
  read(sessionKey: string): Promise<SessionState> {
    const waiting = this.#waiting.get(sessionKey);
    if (waiting !== undefined) {
      return waiting.promise;
    }
    const asked = Promise.withResolvers<SessionState>();
    this.#waiting.set(sessionKey, asked);
    if (this.#underway === 0 || performance.now() - this.#sentAt > USUAL_ANSWER_MS) {
      this.#leaveSoon();
    }
    return asked.promise;
  }

  #leaveSoon(): void {
    if (this.#leaving) {
      return;
    }
    this.#leaving = true;
    void endOfTurn().then(() => this.#leave());
  }

  /** Sends what waits; each question touches one key, so that they hold on a Redis cluster too. */
  #leave(): void {
    const asked = this.#waiting;
    this.#waiting = new Map();
    this.#leaving = false;
    this.#sentAt = performance.now();
    this.#underway += 1;
    const answers = [...asked].map(([sessionKey, { resolve, reject }]) =>
      this.#ask(sessionKey).then(resolve, reject),
    );
    void Promise.all(answers).then(() => {
      this.#underway -= 1;
      if (this.#waiting.size > 0) {
        this.#leaveSoon();
      }
    });
  }

  async #ask(sessionKey: string): Promise<SessionState> {
    return sessionStateOf(await this.redis.hget(sessionKey, 'role'));
  }
}
