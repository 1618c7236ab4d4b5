import { describe, expect, it } from 'vitest';
import type { BusMessage } from './event-bus.js';
import { byBrokerLimits } from './kafka-client.js';

const message = (topic: string, value: string): BusMessage => ({ topic, key: 'k', value, headers: {} });
const sizes = (messages: readonly BusMessage[]) => [...byBrokerLimits(messages)].map(({ length }) => length);

describe('messages for one request', () => {
  it('are as many as one partition takes in bytes, counted by topic', () => {
    const large = 'x'.repeat(300 * 1_024);
    expect(
      sizes([message('a', large), message('b', large), message('a', large), message('b', large)]),
    ).toEqual([4]);
    expect(sizes([message('a', large), message('a', large), message('a', large)])).toEqual([2, 1]);
  });

  it('count characters of several bytes as what they are', () => {
    const large = 'ế'.repeat(100 * 1_024);
    expect(sizes([message('a', large), message('a', large), message('a', large)])).toEqual([2, 1]);
  });

  it('hold a message alone that is larger than that, and none at all where there is none', () => {
    expect(sizes([message('a', 'x'), message('a', 'x'.repeat(900_000)), message('a', 'x')])).toEqual([
      1, 1, 1,
    ]);
    expect(sizes([])).toEqual([]);
  });
});
