import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { BEHAVIOUR_TYPES, EVENT_CATALOGUE } from '../catalogue/index.js';
import { fitsBehaviour } from './fits-behaviour.js';

const id = newId();
const full = {
  userId: id,
  sessionId: 's1',
  timestamp: 1,
  productId: id,
  variantId: id.toUpperCase(),
  categoryId: '00000000-0000-0000-0000-000000000000',
  price: 0.5,
  quantity: 1,
  position: 0,
  source: 'x'.repeat(64),
  query: '👘'.repeat(250),
  resultsCount: 0,
  resultProductIds: [id, newId()],
  recommendationId: 'r',
  receivedAt: 2,
  bot: true,
  metadata: { text: 'x'.repeat(500), number: -1.5, flag: false, ['k'.repeat(64)]: '' },
};

/** What may stand in a field of an event, good or bad. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  'x',
  'x'.repeat(501),
  '👘'.repeat(251),
  '👘'.repeat(501),
  `${id}\n`,
  id,
  true,
  -1,
  0,
  1,
  1.5,
  10_001,
  100_001,
  Number.MAX_SAFE_INTEGER + 2,
  Number.NaN,
  [],
  [id],
  ['x'],
  Array.from({ length: 101 }, () => id),
  {},
  { x: 1 },
  { x: null },
  { x: [] },
  { x: 'x'.repeat(501) },
  { ['k'.repeat(65)]: 1 },
];

describe('fitsBehaviour', () => {
  it.each(BEHAVIOUR_TYPES)('says of %s what its schema says, whatever stands in which field', (type) => {
    const { schema } = EVENT_CATALOGUE[type];
    const whole = { ...full, eventType: type };
    expect(fitsBehaviour(type, whole)).toBe(true);
    for (const field of Object.keys(whole)) {
      for (const value of VALUES) {
        const data = { ...whole, [field]: value };
        const parsed = schema.safeParse(data);
        expect([field, value, fitsBehaviour(type, data)]).toEqual([field, value, parsed.success]);
        if (parsed.success) expect(parsed.data).toEqual(data);
      }
    }
  });

  it('refuses what is no object, and what the schema would leave a field out of', () => {
    expect(fitsBehaviour('page_view', { ...full, eventType: 'page_view', unknown: 1 })).toBe(false);
    for (const data of [undefined, null, 1, 'x', []]) expect(fitsBehaviour('page_view', data)).toBe(false);
  });
});
