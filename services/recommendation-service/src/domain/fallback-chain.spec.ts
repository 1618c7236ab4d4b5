import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainOf, fillFrom, type Strategy } from './fallback-chain.js';
import { reasonFor } from './reason.js';

const list = (strategy: Strategy, ...ids: string[]) => ({
  strategy,
  entries: ids.map((id, place) => ({ id, score: 1 / (place + 1) })),
});

describe('the fallback chain', () => {
  it('goes from bought together over similar and the category to what everybody likes on a product page', () => {
    expect(chainOf('related')).toEqual([
      'frequently_bought',
      'similar',
      'trending_category',
      'trending',
      'popular',
      'new_arrivals',
    ]);
  });

  it('fills up from the next list, keeps each source, and repeats nothing', () => {
    const lists = [list('session', 'a', 'b'), list('trending', 'b', 'c'), list('popular', 'd', 'e')];

    expect(fillFrom(lists, 4, () => true)).toEqual([
      { id: 'a', score: 1, source: 'session' },
      { id: 'b', score: 0.5, source: 'session' },
      { id: 'c', score: 0.5, source: 'trending' },
      { id: 'd', score: 1, source: 'popular' },
    ]);
  });

  it('never asks for a list that is not needed', () => {
    const asked: string[] = [];
    function* lists() {
      asked.push('first');
      yield list('session', 'a', 'b');
      asked.push('second');
      yield list('trending', 'c');
    }

    expect(fillFrom(lists(), 1, () => true)).toHaveLength(1);
    expect(asked).toEqual(['first']);
  });

  it('is always as long as the accepted products allow, without repeats or refused ones', () => {
    const id = fc.integer({ min: 0, max: 30 }).map(String);
    const lists = fc.array(fc.array(id, { maxLength: 12 }), { maxLength: 6 });
    fc.assert(
      fc.property(lists, fc.integer({ min: 0, max: 40 }), fc.uniqueArray(id), (given, limit, refused) => {
        const accepts = (one: string) => !refused.includes(one);
        const filled = fillFrom(
          given.map((ids) => list('trending', ...ids)),
          limit,
          accepts,
        ).map((candidate) => candidate.id);
        const possible = new Set(given.flat().filter(accepts));
        expect(new Set(filled).size).toBe(filled.length);
        expect(filled.every(accepts)).toBe(true);
        expect(filled).toHaveLength(Math.min(limit, possible.size));
      }),
    );
  });
});

describe('reasonFor', () => {
  it.each([
    ['frequently_bought', 'Bought with Lamp'],
    ['similar', 'Similar to Lamp'],
    ['session', 'Because you viewed Desk'],
    ['personalized', 'Because you viewed Desk'],
    ['trending_category', 'Trending now'],
    ['popular', 'Popular'],
    ['new_arrivals', 'New in'],
  ] as const)('says of %s: %s', (source, sentence) => {
    expect(reasonFor(source, { product: 'Lamp', viewed: 'Desk' })).toBe(sentence);
  });
});
