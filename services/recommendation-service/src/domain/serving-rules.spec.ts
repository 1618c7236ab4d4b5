import { describe, expect, it } from 'vitest';
import { capsFor, diversified } from './diversity.js';
import { armNamedIn, Experiment, rateOf, recommendationIdOf } from './experiment.js';
import { Exposure } from './exposure.js';
import type { Candidate } from './fallback-chain.js';
import { boosted, isInForce, type MerchandisingFields, pinned } from './merchandising.js';

const list = (...ids: string[]): Candidate[] => ids.map((id) => ({ id, score: 1, source: 'session' }));
const idsOf = (candidates: readonly Candidate[]) => candidates.map(({ id }) => id).join('');
const rule = (over: Partial<MerchandisingFields>): MerchandisingFields => ({
  kind: 'boost',
  productId: 'c',
  position: 1,
  factor: 1,
  note: '',
  ...over,
});

describe('Merchandising', () => {
  it('moves a boosted product up, and one with a factor below one down', () => {
    expect(idsOf(boosted(list('a', 'b', 'c'), [rule({ factor: 2.5 })]))).toBe('acb');
    expect(idsOf(boosted(list('a', 'b', 'c'), [rule({ factor: 4 })]))).toBe('cab');
    expect(idsOf(boosted(list('a', 'b', 'c'), [rule({ productId: 'a', factor: 0.2 })]))).toBe('bca');
  });

  it('puts a pinned product in its place, whether the list has it or not, unless it may not be shown', () => {
    const pin = (productId: string, position: number) => rule({ kind: 'pin', productId, position });
    const all = () => true;
    expect(idsOf(pinned(list('a', 'b', 'c'), [pin('c', 1)], all))).toBe('cab');
    expect(idsOf(pinned(list('a', 'b'), [pin('x', 2), pin('y', 1)], all))).toBe('yxab');
    expect(idsOf(pinned(list('a', 'b'), [pin('x', 1)], (id) => id !== 'x'))).toBe('ab');
  });

  it('applies in its placement, category and time only', () => {
    const place = { placement: 'session', categoryId: 'lamps', now: 10 } as const;
    expect(isInForce(rule({}), place)).toBe(true);
    expect(isInForce(rule({ placement: 'popular' }), place)).toBe(false);
    expect(isInForce(rule({ categoryId: 'chairs' }), place)).toBe(false);
    expect(isInForce(rule({ startsAt: new Date(11) }), place)).toBe(false);
    expect(isInForce(rule({ startsAt: new Date(10), endsAt: new Date(11) }), place)).toBe(true);
    expect(isInForce(rule({ endsAt: new Date(10) }), place)).toBe(false);
  });
});

describe('Diversity', () => {
  it('lets a category, or a brand, take no more than its places before others had their turn', () => {
    const kin: Record<string, { category: string; brand?: string }> = {
      a: { category: 'lamps' },
      b: { category: 'lamps' },
      c: { category: 'lamps' },
      d: { category: 'chairs', brand: 'Oak' },
      e: { category: 'tables', brand: 'Oak' },
    };
    const caps = { perCategory: 2, perBrand: 1 };
    expect(idsOf(diversified(list('a', 'b', 'c', 'd', 'e'), caps, (id) => kin[id] ?? {}))).toBe('abdce');
  });

  it('gives a part of the list, and three places at least', () => {
    expect(capsFor(12, 0.5)).toEqual({ perCategory: 6, perBrand: 6 });
    expect(capsFor(2, 0.5)).toEqual({ perCategory: 3, perBrand: 3 });
  });
});

describe('Exposure', () => {
  it('puts last what the shopper was often shown and never looked at', () => {
    const exposure = new Exposure(2);
    exposure.noteShown('me', ['a', 'b']);
    exposure.noteShown('me', ['a', 'b']);
    exposure.noteInterest('me', 'b');

    expect(idsOf(exposure.rested('me', list('a', 'b', 'c')))).toBe('bca');
    expect(idsOf(exposure.rested('other', list('a', 'b', 'c')))).toBe('abc');
  });
});

describe('Experiment', () => {
  const experiment = new Experiment('session', [
    { name: 'control', algorithm: 'blend', share: 3 },
    { name: 'plain', algorithm: 'vmis', share: 1 },
  ]);

  it('divides shoppers by the shares of the arms, always the same way', () => {
    const arms = Array.from({ length: 10_000 }, (_, i) => experiment.armOf(`shopper-${i}`)?.name);
    const control = arms.filter((name) => name === 'control').length;

    expect(control / arms.length).toBeGreaterThan(0.73);
    expect(control / arms.length).toBeLessThan(0.77);
    expect(experiment.armOf('shopper-7')).toBe(experiment.armOf('shopper-7'));
  });

  it('names the arm in the id of the recommendation', () => {
    const id = recommendationIdOf('0198', { experiment: 'session', arm: 'plain' });
    expect(armNamedIn(id)).toEqual({ experiment: 'session', arm: 'plain' });
    expect(armNamedIn('0198')).toBeUndefined();
    expect(armNamedIn('a~b~c~d')).toBeUndefined();
  });

  it('tells a rate with its 95 % interval', () => {
    // Wilson's interval of 10 in 100.
    const { rate, low, high } = rateOf(10, 100);
    expect([rate, low, high].map((value) => value.toFixed(4))).toEqual(['0.1000', '0.0552', '0.1744']);
    expect(rateOf(0, 0)).toEqual({ rate: 0, low: 0, high: 1 });
  });
});
