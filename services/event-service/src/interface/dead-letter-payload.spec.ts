import { expect, it } from 'vitest';
import { payloadOf } from './dead-letter-payload.js';

it('shows what a message says, and masks what opens doors', () => {
  const message = {
    id: 'e1',
    data: { email: 'ada@example.com', resetToken: 'abc', deep: [{ password: 'x' }] },
  };

  expect(JSON.parse(payloadOf(JSON.stringify(message)))).toEqual({
    id: 'e1',
    data: { email: 'ada@example.com', resetToken: '[redacted]', deep: [{ password: '[redacted]' }] },
  });
});

it('shows the beginning of what is no JSON', () => {
  expect(payloadOf('{"cut off')).toBe('{"cut off');
  expect(payloadOf('x'.repeat(5_000))).toHaveLength(4_000);
});
