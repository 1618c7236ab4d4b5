import type { SessionIndex } from './session-index.js';
import { newestFirst, type SessionQuery } from './session-recommender.js';
import { itemOf, type SessionItem, weightOf } from './session-steps.js';
import { SessionVotes } from './session-votes.js';
import type { SparseScores } from './sparse-scores.js';
import type { ScoredItem } from './top-k.js';

/** Settings of {@link VstanKnn}; the three decays are lengths after which a weight has fallen to 1/e. */
export interface VstanOptions {
  /** Neighbours that have a say (k). */
  readonly neighbours: number;
  /** Items of the current session that are looked at, the most recent ones. */
  readonly queryItems: number;
  /** λ1: places back in the current session. */
  readonly positionDecay: number;
  /** λ2: age of a neighbour, as a share of all that the index looks back on. */
  readonly ageDecay: number;
  /** λ3: places between an item of a neighbour and the one it shares with the current session. */
  readonly distanceDecay: number;
  /** Places back in the current session of the latest item a neighbour shares. */
  readonly matchDecay: number;
  /** Exponent of a neighbour's length in what its similarity is divided by. */
  readonly lengthPower: number;
}

export const VSTAN_DEFAULTS: VstanOptions = {
  neighbours: 100,
  queryItems: 10,
  positionDecay: 6,
  ageDecay: 0.7,
  distanceDecay: 10,
  matchDecay: 4,
  lengthPower: 0.3,
};

/**
 * Votes of the most similar sessions: VMIS-kNN's index with the weights of VSTAN (Garg et al.: Sequence and Time Aware
 * Neighborhood, SIGIR 2019; Ludewig et al., 2019): an item of the current session counts less the farther back and the
 * more common it is, a neighbour the older and the longer it is, an item of a neighbour the farther it is from what both
 * share and the more common it is. Views, carts and purchases weigh 1, 2 and 3 on both sides.
 */
export class VstanKnn {
  readonly #index: SessionIndex;
  readonly #options: VstanOptions;
  readonly #votes: SessionVotes;
  /** What remains of a weight by places back, and by places between: looked up, not computed. */
  readonly #byPosition: Float64Array;
  readonly #byMatch: Float64Array;
  readonly #byDistance: Float64Array;
  readonly #byLength: Float64Array;
  /** The neighbour that is being heard. */
  readonly #steps: Int32Array;

  constructor(index: SessionIndex, options: Partial<VstanOptions> = {}) {
    this.#index = index;
    this.#options = { ...VSTAN_DEFAULTS, ...options };
    this.#votes = new SessionVotes(index);
    const { positionDecay, matchDecay, distanceDecay, lengthPower } = this.#options;
    const longest = index.stepsAtMost;
    this.#steps = new Int32Array(longest);
    this.#byPosition = fadingBy(positionDecay, longest);
    this.#byMatch = fadingBy(matchDecay, longest);
    this.#byDistance = fadingBy(distanceDecay, longest);
    this.#byLength = Float64Array.from({ length: longest + 1 }, (_none, length) => length ** -lengthPower);
  }

  /** Adds to each item what the neighbours say for it; items of the session itself are among them. */
  score(query: SessionQuery, into: SparseScores): void {
    const recent = newestFirst(query, this.#options.queryItems);
    for (const { item: slot, score } of this.#neighbours(recent, query.own)) {
      this.#hear(slot, score, recent, into);
    }
  }

  #neighbours(recent: readonly SessionItem[], own: string | undefined): ScoredItem[] {
    const { ageDecay, neighbours } = this.#options;
    const ownSlot = own === undefined ? undefined : this.#index.slotOf(own);
    for (const [back, { item, weight }] of recent.entries()) {
      const vote = weight * (this.#byPosition[back] ?? 0) * this.#index.rarity(item);
      this.#votes.voteFor(item, vote, ownSlot);
    }
    const fading = 1 / (ageDecay * Math.max(1, this.#index.span));
    const byLength = (slot: number) => this.#byLength[this.#index.records.length(slot)] ?? 0;
    // Nobody is younger than now.
    return this.#votes.elect(
      neighbours,
      byLength,
      (slot) => Math.exp(-this.#index.restOf(slot) * fading) * byLength(slot),
    );
  }

  /** One neighbour's say. */
  #hear(slot: number, vote: number, recent: readonly SessionItem[], into: SparseScores): void {
    const steps = this.#steps;
    const length = this.#index.records.readSteps(slot, steps);
    const { place: matched, back } = latestMatch(steps, length, recent);
    const say = vote * (this.#byMatch[back] ?? 0);
    // By place, not by iterator: this is where the time of a prediction goes.
    for (let place = 0; place < length; place += 1) {
      const step = steps[place] ?? 0;
      const item = itemOf(step);
      if (!isFirst(steps, place, item)) continue;
      // The next step after the match is as near as the match itself.
      const distance = place > matched ? place - matched - 1 : matched - place;
      const near = this.#byDistance[distance] ?? 0;
      into.add(item, say * weightOf(step) * near * this.#index.rarity(item));
    }
  }
}

/** e^(−n/decay) for n from 0. */
function fadingBy(decay: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_none, n) => Math.exp(-n / decay));
}

/** Where in the steps the latest item of the session that they share stands last. */
function latestMatch(
  steps: Int32Array,
  length: number,
  recent: readonly SessionItem[],
): { place: number; back: number } {
  for (let back = 0; back < recent.length; back += 1) {
    const item = recent[back]?.item;
    for (let place = length - 1; place >= 0; place -= 1) {
      if (itemOf(steps[place] ?? 0) === item) return { place, back };
    }
  }
  return { place: -1, back: recent.length };
}

function isFirst(steps: Int32Array, place: number, item: number): boolean {
  for (let before = 0; before < place; before += 1) if (itemOf(steps[before] ?? 0) === item) return false;
  return true;
}
