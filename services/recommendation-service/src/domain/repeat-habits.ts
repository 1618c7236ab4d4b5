import type { ColumnReader, ColumnWriter } from './columns.js';
import { itemOf, type StepList } from './session-steps.js';

/** Places back that are told apart. */
const PLACES = 16;
/** Until so many chances have been seen, a return counts as rare. */
const PRIOR_CHANCES = 20;
const PRIOR_RETURNS = 1;

/**
 * How often shoppers go back to the product they looked at n products ago, learned from every step. Shops differ much:
 * from hardly ever to every third step.
 */
export class RepeatHabits {
  readonly #chances = new Float64Array(PLACES);
  readonly #returns = new Float64Array(PLACES);

  /** Learns from the step that leads from the session so far to `item`. */
  learn(session: StepList, item: number): void {
    const passed: number[] = [];
    for (let place = session.length - 1; place >= 0 && passed.length < PLACES; place -= 1) {
      const before = itemOf(session.step(place));
      if (passed.includes(before)) continue;
      const back = passed.length;
      this.#chances[back] = (this.#chances[back] ?? 0) + 1;
      if (before === item) this.#returns[back] = (this.#returns[back] ?? 0) + 1;
      passed.push(before);
    }
  }

  save(to: ColumnWriter): void {
    const [chances, returns] = [to.floats('habits.chances'), to.floats('habits.returns')];
    for (const count of this.#chances) chances.push(count);
    for (const count of this.#returns) returns.push(count);
  }

  load(from: ColumnReader): void {
    this.#chances.set(from.floats('habits.chances'));
    this.#returns.set(from.floats('habits.returns'));
  }

  /** How likely the next product is the one seen `back` distinct products ago; the latest is 0. */
  likelihood(back: number): number {
    const place = Math.min(back, PLACES - 1);
    return ((this.#returns[place] ?? 0) + PRIOR_RETURNS) / ((this.#chances[place] ?? 0) + PRIOR_CHANCES);
  }
}
