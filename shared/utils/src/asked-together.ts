/** A question with whoever waits for its answer. */
interface Asked<Q, A> {
  readonly question: Q;
  readonly answer: PromiseWithResolvers<A>;
}

/** Asked of the database in one statement at the most. */
const MOST_AT_ONCE = 100;

/**
 * Asks in one what is asked in the same turn of the event loop, or while an earlier answer is under way. Nobody waits for a timer, and nobody gets
 * an answer from before he asked. What several may not have together each is asked alone: a question that cannot be
 * answered keeps no other from its answer.
 */
export class AskedTogether<Q, A> {
  readonly #answersTo: (questions: readonly Q[]) => Promise<ReadonlyMap<Q, A>>;
  #waiting: Asked<Q, A>[] = [];
  #asking = false;

  /** @param answersTo has an answer for each question, and may be asked a second time when it rejects */
  constructor(answersTo: (questions: readonly Q[]) => Promise<ReadonlyMap<Q, A>>) {
    this.#answersTo = answersTo;
  }

  /** @throws what `answersTo` throws for this question alone */
  ask(question: Q): Promise<A> {
    const asked = { question, answer: Promise.withResolvers<A>() };
    this.#waiting.push(asked);
    if (!this.#asking) {
      this.#asking = true;
      setImmediate(() => this.#askAll());
    }
    return asked.answer.promise;
  }

  async #askAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, MOST_AT_ONCE);
      if (!(await this.#answer(together))) for (const each of together) await this.#answer([each]);
    }
    this.#asking = false;
  }

  /** False when several have got no answer. */
  async #answer(together: readonly Asked<Q, A>[]): Promise<boolean> {
    try {
      const answers = await this.#answersTo(together.map(({ question }) => question));
      for (const { question, answer } of together) {
        const found = answers.get(question);
        if (found === undefined) answer.reject(new Error('There is no answer to this question'));
        else answer.resolve(found);
      }
    } catch (error) {
      if (together.length > 1) return false;
      for (const { answer } of together) answer.reject(error);
    }
    return true;
  }
}
