import { describe, expect, it } from 'vitest';
import { deliveryIdOf, messageIdOf, pauseAfter } from './delivery.js';

const EVENT = '019a0000-0000-7000-8000-000000000001';
const OTHER_EVENT = '019a0000-0000-7000-8000-000000000002';

describe('deliveryIdOf', () => {
  it('gives the same event and recipient the same id, and any other pair another', () => {
    const id = deliveryIdOf(EVENT, 'ada@example.com');

    expect(deliveryIdOf(EVENT, 'ada@example.com')).toBe(id);
    expect(deliveryIdOf(EVENT, 'bob@example.com')).not.toBe(id);
    expect(deliveryIdOf(OTHER_EVENT, 'ada@example.com')).not.toBe(id);
  });
});

describe('messageIdOf', () => {
  it('makes a Message-ID of the delivery and the domain', () => {
    expect(messageIdOf('d1', 'shop.example')).toBe('<d1@shop.example>');
  });
});

describe('pauseAfter', () => {
  const policy = { maxAttempts: 12, baseMs: 1_000 };

  it('triples the pause with each attempt, up to an hour', () => {
    const pauses = [1, 2, 3, 7, 8, 9, 11].map((attempt) => pauseAfter(attempt, policy, 0.5));

    expect(pauses).toEqual([1_000, 3_000, 9_000, 729_000, 2_187_000, 3_600_000, 3_600_000]);
  });

  it('spreads the pause by a quarter to either side', () => {
    expect(pauseAfter(1, policy, 0)).toBe(750);
    expect(pauseAfter(1, policy, 0.999)).toBe(1_250);
  });

  it('ends after the last attempt', () => {
    expect(pauseAfter(12, policy, 0.5)).toBeUndefined();
  });
});
