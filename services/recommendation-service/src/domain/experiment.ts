import type { SessionAlgorithm } from './session-algorithms.js';

/** One way to make lists that is compared with the others. */
export interface Arm {
  readonly name: string;
  readonly algorithm: SessionAlgorithm;
  /** Part of the shoppers, next to the shares of the other arms. */
  readonly share: number;
}

const BUCKETS = 10_000;
/** 97.5th percentile of the normal distribution: a 95 % interval. */
const Z = 1.959963984540054;
const SEPARATOR = '~';

/** Shoppers divided among named strategies by a hash: the same shopper is always in the same arm, in every process. */
export class Experiment {
  readonly name: string;
  readonly arms: readonly Arm[];
  readonly #total: number;

  constructor(name: string, arms: readonly Arm[]) {
    this.name = name;
    this.arms = arms;
    this.#total = arms.reduce((sum, { share }) => sum + share, 0);
  }

  /** The arm of a shopper, or of a session. */
  armOf(unit: string): Arm | undefined {
    const point = ((hash(`${this.name}:${unit}`) % BUCKETS) / BUCKETS) * this.#total;
    let reached = 0;
    return this.arms.find(({ share }) => {
      reached += share;
      return point < reached;
    });
  }

  /** Share of shoppers, 0 to 1. */
  shareOf({ share }: Arm): number {
    return share / this.#total;
  }
}

/** The arm named in a recommendation's id. */
export interface ArmName {
  readonly experiment: string;
  readonly arm: string;
}

/** An id that names the arm which gave the answer. */
export function recommendationIdOf(id: string, { experiment, arm }: ArmName): string {
  return [id, experiment, arm].join(SEPARATOR);
}

/** The arm named in the id; undefined where there is none. */
export function armNamedIn(recommendationId: string): ArmName | undefined {
  const [, experiment, arm, ...more] = recommendationId.split(SEPARATOR);
  return experiment === undefined || arm === undefined || more.length > 0 ? undefined : { experiment, arm };
}

/** A share with the bounds of its 95 % confidence interval. */
export interface Rate {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval (1927), which holds for small numbers and shares near 0 or 1, too. */
export function rateOf(successes: number, trials: number): Rate {
  if (trials <= 0) return { rate: 0, low: 0, high: 1 };
  const rate = Math.min(1, successes / trials);
  const spread = Z ** 2 / trials;
  const centre = (rate + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((rate * (1 - rate)) / trials + spread / (4 * trials));
  return { rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** FNV-1a, 32 bits, with the last mixing steps of MurmurHash3, so that neighbouring ids fall far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
