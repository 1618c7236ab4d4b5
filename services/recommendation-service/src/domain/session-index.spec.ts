import { describe, expect, it } from 'vitest';
import { SessionIndex, type SessionItem } from './session-index.js';

const [A, B, C, D] = [0, 1, 2, 3];
const NOW = 1_000_000;
const HALF_LIFE = 1_000;
const anything = () => true;

/** Adds sessions of views at the moment `NOW`, in the order given. */
function indexOf(sessions: Record<string, number[]>, options = {}): SessionIndex {
  const index = new SessionIndex({ halfLifeMs: HALF_LIFE, ...options });
  for (const [id, items] of Object.entries(sessions)) {
    for (const item of items) index.add(id, item, 1, NOW);
  }
  return index;
}

const viewed = (...items: number[]): SessionItem[] => items.map((item) => ({ item, weight: 1, at: NOW }));

const ask = (index: SessionIndex, items: SessionItem[], own?: string, now = NOW) =>
  index.recommend({ items, own, now, limit: 10, accepts: anything });

describe('SessionIndex', () => {
  it('scores what neighbours hold by their similarity and the rarity of the item', () => {
    const index = indexOf({ s1: [A, B], s2: [A, B], s3: [A, C] });

    // Three neighbours of similarity 1. B: 2 · (1 + ln 3/2); C: 1 · (1 + ln 3/1).
    const expected = [
      { item: B, score: 2 * (1 + Math.log(3 / 2)) },
      { item: C, score: 1 + Math.log(3) },
    ];
    expect(ask(index, viewed(A))).toEqual(
      expected.map(({ item, score }) => ({ item, score: expect.closeTo(score, 10) })),
    );
  });

  it('lets the latest item of the session count most', () => {
    const index = indexOf({ s1: [A, C], s2: [B, D] });

    // Of [A, B] the item A has position weight 1/2 and, one place back, match weight 0.9; B has 1 and 1.
    const idf = 1 + Math.log(2);
    expect(ask(index, viewed(A, B))).toEqual([
      { item: D, score: expect.closeTo(idf, 10) },
      { item: C, score: expect.closeTo(0.5 * 0.9 * idf, 10) },
    ]);
  });

  it('counts an item bought by a neighbour three times', () => {
    const index = indexOf({ s1: [A, B] });
    index.add('s1', B, 3, NOW);

    expect(ask(index, viewed(A))).toEqual([{ item: B, score: 3 }]);
  });

  it('halves the vote of a neighbour that has rested for one half-life', () => {
    const index = indexOf({ s1: [A, B] });

    expect(ask(index, viewed(A), undefined, NOW + HALF_LIFE)).toEqual([{ item: B, score: 0.5 }]);
  });

  it('makes a session a neighbour only from its second distinct item on', () => {
    const index = indexOf({ s1: [A, A] });
    expect(ask(index, viewed(A))).toEqual([]);

    expect(index.add('s1', B, 1, NOW)).toEqual([A, B]);
    expect(index.add('s1', C, 1, NOW)).toEqual([C]);
    expect(index.add('s1', C, 1, NOW)).toEqual([]);
    expect(ask(index, viewed(A)).map(({ item }) => item)).toEqual([B, C]);
  });

  it('never recommends what the session holds, and never takes a session for its own neighbour', () => {
    const index = indexOf({ own: [A, B], other: [A, B, C] });

    expect(ask(index, viewed(A, B), 'own').map(({ item }) => item)).toEqual([C]);
    expect(ask(index, viewed(A), 'other').map(({ item }) => item)).toEqual([B]);
  });

  it('leaves out what is not accepted', () => {
    const index = indexOf({ s1: [A, B, C] });

    const found = index.recommend({ items: viewed(A), now: NOW, limit: 10, accepts: (item) => item !== B });

    expect(found.map(({ item }) => item)).toEqual([C]);
  });

  it('looks only at the m most recent sessions of an item', () => {
    const index = indexOf({ s1: [A, B], s2: [A, C], s3: [A, D] }, { sessionsPerItem: 2 });

    expect(ask(index, viewed(A)).map(({ item }) => item)).toEqual([C, D]);
  });

  it('lets only the k most similar neighbours vote', () => {
    const index = indexOf({ s1: [A, B, C], s2: [A, D] }, { neighbours: 1 });

    // s1 shares both items of the query, s2 one.
    expect(ask(index, viewed(A, B)).map(({ item }) => item)).toEqual([C]);
  });

  it('forgets the session that was idle longest when there are too many', () => {
    const index = indexOf({ s1: [A, B], s2: [A, C] }, { maxSessions: 2 });
    index.add('s1', B, 1, NOW);
    index.add('s3', D, 1, NOW);

    expect(index.size).toBe(2);
    expect(index.session('s2')).toBeUndefined();
    expect(ask(index, viewed(A)).map(({ item }) => item)).toEqual([B]);
  });

  it('keeps the items in order of event time, however they arrive', () => {
    const index = new SessionIndex();
    index.add('s', A, 1, 30);
    index.add('s', B, 1, 10);
    index.add('s', C, 1, 20);
    index.add('s', B, 1, 5);

    expect(index.session('s')?.items.map(({ item }) => item)).toEqual([B, C, A]);
  });
});
