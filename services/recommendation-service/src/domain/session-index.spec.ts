import { describe, expect, it } from 'vitest';
import { SessionIndex } from './session-index.js';
import { itemOf } from './session-steps.js';

const [A, B, C, D] = [0, 1, 2, 3];
const NOW = 1_000_000;

/** Adds sessions of views at the moment `NOW`, in the order given. */
function indexOf(sessions: Record<string, number[]>, options = {}): SessionIndex {
  const index = new SessionIndex(options);
  for (const [id, items] of Object.entries(sessions)) for (const item of items) index.add(id, item, 1, NOW);
  return index;
}

/** The ids of the item's sessions, the newest first. */
function holdersOf(index: SessionIndex, item: number, ids: readonly string[]): (string | undefined)[] {
  const posting = index.posting(item);
  return Array.from({ length: posting?.size ?? 0 }, (_, back) =>
    ids.find((id) => index.slotOf(id) === posting?.at(back)),
  );
}

describe('SessionIndex', () => {
  it('posts a session only from its second distinct item on', () => {
    const index = indexOf({ s1: [A, A] });
    expect(index.posting(A)).toBeUndefined();

    expect(index.add('s1', B, 1, NOW)).toEqual([A, B]);
    expect(index.add('s1', C, 1, NOW)).toEqual([C]);
    expect(index.add('s1', C, 1, NOW)).toEqual([]);
    expect([A, B, C].map((item) => holdersOf(index, item, ['s1']))).toEqual([['s1'], ['s1'], ['s1']]);
  });

  it('keeps the m newest sessions of an item and counts all of them', () => {
    const index = indexOf({ s1: [A, B], s2: [A, C], s3: [A, D] }, { sessionsPerItem: 2 });

    expect(holdersOf(index, A, ['s1', 's2', 's3'])).toEqual(['s3', 's2']);
    expect(index.holders(A)).toBe(3);
    // Six pairs of session and item, three of them with A.
    expect(index.rarity(A)).toBeCloseTo(Math.log(2), 10);
  });

  it('forgets the session that was idle longest when there are too many, wherever it was posted', () => {
    const ids = ['s1', 's2', 's3'];
    const index = indexOf({ s1: [A, B], s2: [A, C] }, { maxSessions: 2 });
    index.add('s1', B, 1, NOW);
    index.add('s3', A, 1, NOW);
    index.add('s3', D, 1, NOW);

    expect(index.size).toBe(2);
    expect(index.session('s2')).toBeUndefined();
    expect(holdersOf(index, A, ids)).toEqual(['s3', 's1']);
    expect(holdersOf(index, C, ids)).toEqual([]);
    expect(index.holders(C)).toBe(0);
  });

  it('forgets the first step of a session that is too long, and the item with its last step', () => {
    const index = indexOf({ s: [A, B, A, C] }, { stepsPerSession: 3 });
    expect(index.holders(A)).toBe(1);

    index.add('s', D, 1, NOW);
    index.add('s', B, 1, NOW);

    expect(index.session('s')?.items.map(({ item }) => item)).toEqual([C, D, B]);
    expect([A, B, C, D].map((item) => index.holders(item))).toEqual([0, 1, 1, 1]);
  });

  it('takes a session out of all lists when late events leave it one product, and posts it anew with the next', () => {
    const index = new SessionIndex({ stepsPerSession: 2 });
    index.add('s', B, 1, 1);
    index.add('s', A, 1, 10);
    index.add('s', A, 1, 5);
    expect(index.session('s')?.items.map(({ item }) => item)).toEqual([A]);
    expect([A, B].map((item) => [index.holders(item), holdersOf(index, item, ['s'])])).toEqual([
      [0, []],
      [0, []],
    ]);

    expect(index.add('s', C, 1, 20)).toEqual([A, C]);
    expect([A, C].map((item) => holdersOf(index, item, ['s']))).toEqual([['s'], ['s']]);
  });

  it('keeps the items in order of event time, however they arrive', () => {
    const index = new SessionIndex();
    index.add('s', A, 1, 30);
    index.add('s', B, 1, 10);
    index.add('s', C, 1, 20);
    index.add('s', B, 1, 5);

    expect(index.session('s')?.items.map(({ item }) => item)).toEqual([B, C, A]);
  });

  it('takes the same product twice in a row for one step, of the strongest interaction', () => {
    const index = indexOf({ s: [A] });
    index.add('s', A, 3, NOW + 1);
    index.add('s', B, 1, NOW + 2);
    index.add('s', A, 1, NOW + 3);

    expect(Array.from(index.steps(index.slotOf('s') ?? -1), itemOf)).toEqual([A, B, A]);
    expect(index.session('s')?.items).toEqual([
      { item: B, weight: 1, at: NOW + 2 },
      { item: A, weight: 3, at: NOW + 3 },
    ]);
  });

  it('tells how long a session has rested, and how far it looks back', () => {
    const index = indexOf({ s1: [A, B], s2: [A, C], s3: [A, D] });
    const rest = (id: string) => index.restOf(index.slotOf(id) ?? -1);

    expect([rest('s1'), rest('s2'), rest('s3')]).toEqual([4, 2, 0]);
    expect(index.span).toBe(4);
  });

  it('learns how often shoppers go back', () => {
    const index = new SessionIndex();
    for (let session = 0; session < 100; session += 1) {
      for (const item of [A, B, A]) index.add(`s${session}`, item, 1, NOW);
    }

    // 200 steps came after a product, none to it again; 100 had a second-latest one, all went back to it.
    expect(index.habits.likelihood(0)).toBeCloseTo(1 / 220, 10);
    expect(index.habits.likelihood(1)).toBeCloseTo(101 / 120, 10);
  });
});
