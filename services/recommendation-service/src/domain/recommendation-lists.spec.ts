import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogueProduct } from './catalogue.js';
import type { Interaction, InteractionKind } from './interaction.js';
import { RecommendationIndex } from './recommendation-index.js';
import { RecommendationLists } from './recommendation-lists.js';
import type { SessionAlgorithm } from './session-algorithms.js';

const NOW = 1_760_000_000_000;
const DAY = 86_400_000;

const product = (id: string, over: Partial<CatalogueProduct> = {}): CatalogueProduct => ({
  id,
  name: `Product ${id}`,
  categoryPath: ['leaf', 'root'],
  categoryName: 'Leaf',
  tags: [],
  price: 1_000,
  image: '',
  rating: 0,
  active: true,
  createdAt: NOW,
  version: 1,
  ...over,
});

function shop(...products: CatalogueProduct[]) {
  const index = new RecommendationIndex();
  for (const one of products) index.putProduct(one);
  let events = 0;
  const did = (
    sessionId: string,
    productId: string,
    kind: InteractionKind = 'view',
    over: Partial<Interaction> = {},
  ) => {
    events += 1;
    index.apply({ eventId: String(events), sessionId, productId, kind, at: NOW, ...over });
  };
  return { index, lists: new RecommendationLists(index), did };
}

const idsOf = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);

describe('RecommendationLists', () => {
  it('puts what similar sessions went on with before what only resembles the product, from the first view on', () => {
    const { lists, did } = shop(
      product('a', { name: 'Red lamp' }),
      product('b', { name: 'Oak chair' }),
      product('like-a', { name: 'Red lamp' }),
    );
    did('mine', 'a');
    expect(idsOf(lists.session('mine', NOW))).toEqual(['like-a', 'b']);

    did('other', 'a');
    did('other', 'b');
    expect(idsOf(lists.session('mine', NOW))).toEqual(['b', 'like-a']);
    expect(lists.session('mine', NOW)[0]?.score).toBe(1);
  });

  it('makes the lists of a session by the algorithm of its arm', () => {
    const { index, did } = shop(product('a'), product('b'), product('c'));
    for (const id of ['a', 'b']) did('other', id);
    for (const id of ['c', 'c', 'c']) did('crowd', id);
    did('mine', 'a');
    const by = (algorithm: SessionAlgorithm) => new RecommendationLists(index, () => algorithm);

    expect(idsOf(by('blend').session('mine', NOW))[0]).toBe('b');
    expect(idsOf(by('popular').session('mine', NOW))[0]).toBe('c');
  });

  it('prefers for a shopper the category they care about', () => {
    const { lists, did } = shop(
      product('seen-1', { categoryPath: ['lamps'] }),
      product('seen-2', { categoryPath: ['lamps'] }),
      product('lamp', { categoryPath: ['lamps'] }),
      product('chair', { categoryPath: ['chairs'] }),
    );
    for (const id of ['seen-1', 'chair', 'lamp']) did('other', id);
    for (const id of ['seen-1', 'seen-2']) did('mine', id, 'view', { userId: 'me' });

    const [first, second] = lists.personalized('me', NOW);
    // The other shopper went on with the chair first; all of this one's interest is in lamps.
    expect(idsOf(lists.session('mine', NOW)).slice(0, 2)).toEqual(['chair', 'lamp']);
    expect([first?.id, second?.id]).toEqual(['lamp', 'chair']);
    expect(first?.score).toBe(1);
  });

  it('ranks trends by weight and age, for each category with those above it', () => {
    const { lists, did } = shop(
      product('a', { categoryPath: ['lamps', 'home'] }),
      product('b', { categoryPath: ['chairs', 'home'] }),
    );
    did('s', 'a');
    did('s', 'b', 'cart');

    expect(lists.trending(NOW)).toEqual([
      { id: 'b', score: 2 },
      { id: 'a', score: 1 },
    ]);
    const byCategory = lists.trendingByCategory(NOW);
    expect([...byCategory.keys()].sort()).toEqual(['chairs', 'home', 'lamps']);
    expect(byCategory.get('lamps')).toEqual([{ id: 'a', score: 1 }]);
    expect(lists.trending(NOW, 'home')).toEqual(byCategory.get('home'));
  });

  it('counts a purchase in popularity once, by its basket', () => {
    const { index, lists, did } = shop(product('a'), product('b'));
    did('s', 'a', 'purchase');
    index.addToBasket('order', ['a']);
    did('s', 'b', 'cart');
    index.addPastInterest('b', 2);

    expect(lists.popular()).toEqual([
      { id: 'b', score: 4 },
      { id: 'a', score: 3 },
    ]);
  });

  it('lists what was seen newest first, and what was bought within a day', () => {
    const { lists, did } = shop(product('a'), product('b'), product('c'));
    did('s', 'a', 'view', { userId: 'me', at: NOW - 2 });
    did('s', 'b', 'purchase', { userId: 'me', at: NOW - 1 });
    did('s', 'c', 'purchase', { userId: 'me', at: NOW - DAY });

    expect(lists.viewed('s')).toEqual(['b', 'a', 'c']);
    expect(lists.history('me')).toEqual([
      { id: 'b', score: NOW - 1 },
      { id: 'a', score: NOW - 2 },
      { id: 'c', score: NOW - DAY },
    ]);
    expect([...lists.justBought('me', NOW)]).toEqual(['b']);
  });

  it('leaves out what is inactive, out of stock or deleted, and ignores words that come too late', () => {
    const { index, lists } = shop(product('a'), product('b'), product('c', { version: 5 }));
    index.putProduct(product('a', { version: 2, active: false }));
    index.putProduct(product('a', { version: 1, active: true }));
    index.setStock('b', 0, 10);
    index.setStock('b', 7, 9);
    expect(idsOf(lists.newArrivals())).toEqual(['c']);

    index.removeProduct('c', 5);
    index.putProduct(product('c', { version: 4 }));
    index.setStock('b', 3, 11);
    expect(idsOf(lists.newArrivals())).toEqual(['b']);
  });

  it('learns of products before they are in the catalogue, but not of endlessly many', () => {
    const index = new RecommendationIndex({ maxUnknownProducts: 2 });
    for (const productId of ['a', 'b', 'c', 'a']) {
      index.apply({ eventId: '', sessionId: 's', productId, kind: 'view', at: NOW });
    }
    for (const id of ['a', 'b', 'c']) index.putProduct(product(id));

    expect(index.sessions.session('s')?.items).toHaveLength(2);
    expect(new RecommendationLists(index).popular()).toEqual([
      { id: 'a', score: 2 },
      { id: 'b', score: 1 },
    ]);
  });

  it('never repeats a product, never lists the product itself, and never exceeds its range', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const kind = fc.constantFrom<InteractionKind>('view', 'cart', 'purchase');
    const act = fc.tuple(fc.constantFrom('s1', 's2', 's3', 's4'), id, kind, fc.integer({ min: 0, max: DAY }));
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 40 }),
        fc.array(fc.uniqueArray(id), { maxLength: 8 }),
        (acts, orders) => {
          const { index, lists, did } = shop(...['a', 'b', 'c', 'd', 'e', 'f'].map((one) => product(one)));
          for (const [session, item, how, age] of acts)
            did(session, item, how, { userId: session, at: NOW - age });
          orders.forEach((items, number) => {
            index.addToBasket(String(number), items);
          });
          const seen = lists.viewed('s1');
          const all = [
            lists.session('s1', NOW),
            lists.personalized('s1', NOW),
            lists.trending(NOW),
            lists.popular(),
          ];
          for (const entries of all) expect(new Set(idsOf(entries)).size).toBe(entries.length);
          for (const entry of [...lists.session('s1', NOW), ...lists.personalized('s1', NOW)]) {
            expect(seen).not.toContain(entry.id);
            expect(entry.score).toBeGreaterThan(0);
            expect(entry.score).toBeLessThanOrEqual(1);
          }
          expect(idsOf(lists.similar('a', NOW)).sort()).toEqual(['b', 'c', 'd', 'e', 'f']);
          for (const { score } of lists.similar('a', NOW)) expect(score).toBeLessThanOrEqual(1);
          expect(idsOf(lists.frequentlyBought('a'))).not.toContain('a');
        },
      ),
      { numRuns: 60 },
    );
  });
});
