import { describe, expect, it } from 'vitest';
import { holdsCardNumber } from './card-number.js';

describe('holdsCardNumber', () => {
  it.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '3782-822463-10005',
    'pm_5555555555554444',
    'card:5555.5555.5555.4444',
    'please charge 6011 1111 1111 1117 today',
    '2223003122003222',
  ])('finds the one in %s', (text) => {
    expect(holdsCardNumber(text)).toBe(true);
  });

  it.each([
    'pm_card_visa',
    'pm_1MqLiJLkdIwHu7ixUEgbFdYF',
    '4242424242424241',
    // Milliseconds since 1970, and an id of digits alone.
    '1700000000003',
    '42424242-4242-4242-8242-424242424242',
    '+1 415 555 0100',
    '',
  ])('finds none in %j', (text) => {
    expect(holdsCardNumber(text)).toBe(false);
  });
});
