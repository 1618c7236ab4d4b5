import { describe, expect, it } from 'vitest';
import { ContentIndex } from './content-index.js';
import { DecayedCounters } from './decayed-counters.js';
import { ItemSimilarity } from './item-similarity.js';
import { SessionIndex } from './session-index.js';

const [A, B, C] = [0, 1, 2];
const HALF_LIFE = 1_000;

function similarityOf(sessionsById: Record<string, [number, number][]>, content = new ContentIndex()) {
  const sessions = new SessionIndex();
  const sessionCounts = new DecayedCounters(HALF_LIFE);
  for (const [id, items] of Object.entries(sessionsById)) {
    for (const [item, at] of items) {
      for (const held of sessions.add(id, item, 1, at)) sessionCounts.add(held, 1, at);
    }
  }
  return new ItemSimilarity({ sessions, content, sessionCounts, halfLifeMs: HALF_LIFE });
}

const at = (time: number, ...items: number[]) => items.map((item): [number, number] => [item, time]);

describe('ItemSimilarity', () => {
  it('is the cosine of the common sessions, believed the more of them there are', () => {
    const similarity = similarityOf({ s1: at(0, A, B), s2: at(0, A, B), s3: at(0, A, C), s4: at(0, B, C) });

    // A and B: 2 of 3 and 3 sessions, believed by 2/3. A and C: 1 of 3 and 2, believed by 1/2.
    expect(similarity.similar(A, 0, 10, () => true)).toEqual([
      { item: B, score: expect.closeTo((2 / 3) * (2 / 3), 10) },
      { item: C, score: expect.closeTo((1 / Math.sqrt(6)) * (1 / 2), 10) },
    ]);
  });

  it('believes an old session less', () => {
    const similarity = similarityOf({ s1: at(0, A, B) });

    // Half a session is left: cosine 1, believed by 0.5 / 1.5.
    expect(similarity.similar(A, HALF_LIFE, 10, () => true)).toEqual([
      { item: B, score: expect.closeTo(1 / 3, 10) },
    ]);
  });

  it('falls back on what the products are, and joins both kinds of evidence', () => {
    const content = new ContentIndex();
    const lamp = {
      categoryName: '',
      tags: [],
      price: 1,
      image: '',
      rating: 0,
      active: true,
      createdAt: 0,
      version: 1,
    };
    for (const item of [A, B, C])
      content.put(item, { ...lamp, id: String(item), name: 'Lamp', categoryPath: ['c'] });
    const similarity = similarityOf({ s1: at(0, A, B) }, content);

    // B: 1 − (1 − 1/2)·(1 − 1/2); C: content alone, at half weight.
    expect(similarity.similar(A, 0, 10, () => true)).toEqual([
      { item: B, score: expect.closeTo(0.75, 10) },
      { item: C, score: expect.closeTo(0.5, 10) },
    ]);
  });
});
