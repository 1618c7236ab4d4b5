import { describe, expect, it } from 'vitest';
import { parsePaymentMethod } from './payment-method.js';

describe('parsePaymentMethod', () => {
  it.each(['pm_card_visa', 'pm_1MqLiJLkdIwHu7ixUEgbFdYF', 'tok_visa', 'sandbox:declined'])(
    'accepts %s',
    (token) => {
      expect(parsePaymentMethod(token)).toBe(token);
    },
  );

  it.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    '378282246310005',
    'pm_4242424242424242',
    'card:5555.5555.5555.4444',
    '123456789012',
  ])('refuses the card number %s without repeating it', (number) => {
    const attempt = (): string => parsePaymentMethod(number);
    expect(attempt).toThrowError(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
    expect(attempt).not.toThrowError(new RegExp(number.slice(-4)));
  });

  it.each(['', 'two words', 'a'.repeat(256), 'pm_\u0000'])('refuses %j', (text) => {
    expect(() => parsePaymentMethod(text)).toThrowError(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });
});
