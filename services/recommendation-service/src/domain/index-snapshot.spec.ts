import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnReader, ColumnWriter } from './columns.js';
import type { InteractionKind } from './interaction.js';
import { RecommendationIndex } from './recommendation-index.js';
import { RecommendationLists } from './recommendation-lists.js';

const NOW = 1_760_000_000_000;
const OPTIONS = {
  sessions: { sessionsPerItem: 3, maxSessions: 5, stepsPerSession: 4 },
  baskets: { maxBaskets: 4 },
};
const PRODUCTS = ['a', 'b', 'c', 'd', 'e', 'ü'];
const SHOPPERS = ['1', '2', '3', '4', '5', '6', '7'];

interface Did {
  readonly kind: InteractionKind;
  readonly product: string;
  readonly shopper: string;
  readonly late: number;
}

const did: fc.Arbitrary<Did> = fc.record({
  kind: fc.constantFrom<InteractionKind>('view', 'cart', 'purchase'),
  product: fc.constantFrom(...PRODUCTS),
  shopper: fc.constantFrom(...SHOPPERS),
  late: fc.integer({ min: 0, max: 5_000 }),
});

function shop(): RecommendationIndex {
  const index = new RecommendationIndex(OPTIONS);
  for (const id of PRODUCTS) {
    const product = {
      id,
      name: id,
      categoryPath: ['one'],
      categoryName: '',
      tags: [],
      price: 100,
      image: '',
    };
    index.putProduct({ ...product, rating: 0, active: true, createdAt: NOW, version: 1 });
  }
  return index;
}

function learn(index: RecommendationIndex, events: readonly Did[], from: number): void {
  for (const [place, { kind, product, shopper, late }] of events.entries()) {
    const at = NOW + (from + place) * 1_000 - late;
    index.apply({
      eventId: '',
      kind,
      productId: product,
      sessionId: `s${shopper}`,
      userId: `u${shopper}`,
      at,
    });
    if (kind === 'purchase') index.addToBasket(`order ${shopper}`, [product]);
  }
}

function listsOf(index: RecommendationIndex) {
  const lists = new RecommendationLists(index);
  const now = NOW + 100_000;
  return {
    sessions: SHOPPERS.map((one) => [lists.viewed(`s${one}`), lists.session(`s${one}`, now)]),
    users: SHOPPERS.map((one) => [lists.personalized(`u${one}`, now), lists.history(`u${one}`)]),
    bought: SHOPPERS.map((one) => [...lists.justBought(`u${one}`, now)].sort()),
    about: PRODUCTS.map((id) => [lists.similar(id, now), lists.frequentlyBought(id)]),
    shop: [lists.trending(now), lists.popular(), lists.newArrivals()],
  };
}

function restored(index: RecommendationIndex): RecommendationIndex {
  const writer = new ColumnWriter();
  for (const _step of index.save(writer));
  const copy = new RecommendationIndex(OPTIONS);
  for (const _step of copy.load(new ColumnReader(writer.columns())));
  for (const product of index.catalogue.products()) copy.putProduct(product);
  return copy;
}

describe('an index that was put away and taken in again', () => {
  it('gives the same lists to the last digit, and goes on learning as if nothing had been', () => {
    fc.assert(
      fc.property(fc.array(did, { maxLength: 60 }), fc.array(did, { maxLength: 30 }), (before, after) => {
        const index = shop();
        learn(index, before, 0);
        const copy = restored(index);
        expect(listsOf(copy)).toEqual(listsOf(index));

        learn(index, after, before.length);
        learn(copy, after, before.length);
        expect(listsOf(copy)).toEqual(listsOf(index));
      }),
      { numRuns: 100 },
    );
  });

  it('refuses columns that are not there', () => {
    const steps = new RecommendationIndex(OPTIONS).load(new ColumnReader([]));
    expect(() => steps.next()).toThrow(RangeError);
  });
});
