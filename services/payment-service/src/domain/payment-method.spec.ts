import { describe, expect, it } from 'vitest';
import { checkedPaymentMethod } from './payment-method.js';

describe('checkedPaymentMethod', () => {
  it.each(['4242424242424242', '4242 4242 4242 4242', '3782-822463-10005', ' 5555555555554444 '])(
    'refuses a card number, however written, without repeating it',
    (number) => {
      let refusal: unknown;
      try {
        checkedPaymentMethod(number);
      } catch (error) {
        refusal = error;
      }

      expect(refusal).toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ field: 'paymentMethod' }] },
      });
      expect(JSON.stringify(refusal) + String(refusal)).not.toContain(number.trim());
    },
  );

  it.each(['pm_card_visa', 'card', '1234567890123', '424242424243'])('takes %s', (method) => {
    expect(checkedPaymentMethod(method)).toBe(method);
  });

  it('refuses nothing at all', () => {
    expect(() => checkedPaymentMethod('  ')).toThrowError(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });
});
