import { describe, expect, it } from 'vitest';
import { DecayedCounters } from './decayed-counters.js';
import { SESSION_ALGORITHMS, type SessionAlgorithm, sessionAlgorithms } from './session-algorithms.js';
import { SessionBlend } from './session-blend.js';
import { SessionIndex } from './session-index.js';
import type { SessionQuery } from './session-recommender.js';
import type { SessionItem } from './session-steps.js';
import { SparseScores } from './sparse-scores.js';
import { VmisKnn } from './vmis-knn.js';
import { VstanKnn } from './vstan-knn.js';

const [A, B, C, D, E] = [0, 1, 2, 3, 4];
const byNumber = (a: number, b: number) => a - b;

function indexOf(sessions: Record<string, number[]>, options = {}): SessionIndex {
  const index = new SessionIndex(options);
  for (const [id, items] of Object.entries(sessions)) for (const item of items) index.add(id, item, 1, 1);
  return index;
}

const viewed = (...items: number[]): SessionItem[] => items.map((item) => ({ item, weight: 1, at: 1 }));
const query = (items: SessionItem[], over: Partial<SessionQuery> = {}): SessionQuery => ({
  items,
  limit: 10,
  accepts: () => true,
  ...over,
});

function algorithm(name: SessionAlgorithm, index: SessionIndex) {
  const popularity = new DecayedCounters(Number.POSITIVE_INFINITY);
  for (const [item, weight] of [
    [A, 9],
    [B, 7],
    [C, 5],
    [D, 3],
  ] as const)
    popularity.add(item, weight, 0);
  return sessionAlgorithms(index, popularity, byNumber)[name];
}

describe('VmisKnn', () => {
  it('lets neighbours vote by position, latest match and rarity', () => {
    const index = indexOf({ s1: [A, C], s2: [B, D] });

    // Of [A, B]: B has position weight 1 and loses 0.1 for its place, A has 1/2 and loses 0.2. Each item is one of four.
    const rarity = Math.log(4);
    expect(new VmisKnn(index).recommend(query(viewed(A, B)))).toEqual([
      { item: D, score: expect.closeTo(0.9 * rarity, 10) },
      { item: C, score: expect.closeTo(0.5 * 0.8 * rarity, 10) },
    ]);
  });

  it('looks at the m most recent sessions and lets the k most similar vote', () => {
    const index = indexOf({ s1: [A, B], s2: [A, C], s3: [A, D] });
    const items = (options: object) =>
      new VmisKnn(index, options).recommend(query(viewed(A))).map(({ item }) => item);

    expect(items({ candidates: 2 })).toEqual([C, D]);
    expect(items({ neighbours: 1 })).toEqual([D]);
  });
});

describe('VstanKnn', () => {
  it('weighs position, age and length of a neighbour, and the distance of its items', () => {
    const index = indexOf({ old: [A, C], recent: [B, D, E] });
    const scores = new SparseScores();

    new VstanKnn(index).score(query(viewed(A, B)), scores);

    const rarity = Math.log(5);
    // `recent` shares the latest item, is not old, and has three steps.
    const recent = rarity / 3 ** 0.3;
    expect(scores.get(D)).toBeCloseTo(recent * rarity, 10);
    expect(scores.get(E)).toBeCloseTo(recent * Math.exp(-1 / 10) * rarity, 10);
    // `old` shares the one before, is as old as can be, and has two steps.
    const old = ((Math.exp(-1 / 6) * rarity) / 2 ** 0.3) * Math.exp(-1 / 0.7) * Math.exp(-1 / 4);
    expect(scores.get(C)).toBeCloseTo(old * rarity, 10);
  });

  it('counts what a neighbour bought three times', () => {
    const scoreOf = (weight: number) => {
      const index = indexOf({ s: [A] });
      index.add('s', B, weight, 2);
      const scores = new SparseScores();
      new VstanKnn(index).score(query(viewed(A)), scores);
      return scores.get(B);
    };

    expect(scoreOf(3) / scoreOf(1)).toBeCloseTo(3, 10);
  });
});

describe('SequentialRules', () => {
  it('counts a step n places on as 1/n, from the latest item and forward only', () => {
    const index = indexOf({ s1: [A, B, C], s2: [D, A, B] });

    expect(algorithm('rules', index).recommend(query(viewed(D, A)))).toEqual([
      { item: B, score: 2 },
      { item: C, score: 0.5 },
    ]);
  });
});

describe('ItemLists', () => {
  it('sums the lists of the items, by the cosine of their sessions', () => {
    const index = indexOf({ s1: [A, C], s2: [B, C], s3: [B, D] });

    // A and C: 1/√(1·2); B and C: 1/√(2·2); B and D: 1/√(2·1).
    expect(algorithm('item_lists', index).recommend(query(viewed(A, B)))).toEqual([
      { item: C, score: expect.closeTo(Math.SQRT1_2 + 0.5, 10) },
      { item: D, score: expect.closeTo(Math.SQRT1_2, 10) },
    ]);
  });
});

describe('SessionBlend', () => {
  it('mixes neighbours and rules, each brought to a sum of one', () => {
    const index = indexOf({ s1: [A, B], s2: [A, C], s3: [A, D] });

    const found = new SessionBlend(index).recommend(query(viewed(A)));

    expect(found.map(({ item }) => item)).toEqual([D, C, B]);
    expect(found.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 10);
  });

  it('walks on to what is seen with the best candidates where direct evidence ends', () => {
    const index = indexOf({ s1: [A, B], s2: [B, C], s3: [D, E] });

    const found = new SessionBlend(index).recommend(query(viewed(A)));

    expect(found.map(({ item }) => item)).toEqual([B, C]);
  });

  it('offers products of the session by the habit of going back, when repeats are wanted', () => {
    const index = new SessionIndex();
    for (let i = 0; i < 50; i += 1) for (const item of [A, B, A]) index.add(`s${i}`, item, 1, i);

    const [best] = new SessionBlend(index).recommend(query(viewed(A, B), { repeats: true }));

    expect(best?.item).toBe(A);
  });
});

describe.each(SESSION_ALGORITHMS)('The algorithm %s', (name) => {
  const index = () => indexOf({ own: [A, B], other: [A, B, C], third: [B, C, D] });

  it('never recommends what the session holds', () => {
    const found = algorithm(name, index()).recommend(query(viewed(A, B)));
    expect(found.map(({ item }) => item).sort()).toEqual(expect.not.arrayContaining([A, B]));
    expect(found.length).toBeGreaterThan(0);
  });

  it('leaves out what is not accepted and keeps to the limit', () => {
    const found = algorithm(name, index()).recommend(
      query(viewed(B), { limit: 1, accepts: (item) => item !== C }),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.item).not.toBe(C);
  });
});

describe.each(['blend', 'vmis', 'rules'] as const)('The algorithm %s', (name) => {
  it('never takes a session for its own neighbour', () => {
    const index = indexOf({ own: [A, B] });
    expect(algorithm(name, index).recommend(query(viewed(A), { own: 'own' }))).toEqual([]);
  });
});
