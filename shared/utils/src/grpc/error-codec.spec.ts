import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.js';
import { decodeError, encodeError } from './error-codec.js';

describe('the error codec', () => {
  it('brings code, message and details back, bigint as a string', () => {
    const error = new DomainError('CONFLICT', 'Änderung', { version: 5n, nested: { list: [1n] } });

    const decoded = decodeError(encodeError(error));

    expect(decoded).toBeInstanceOf(DomainError);
    expect(decoded).toMatchObject({
      code: 'CONFLICT',
      message: 'Änderung',
      details: { version: '5', nested: { list: ['1'] } },
    });
  });

  it('sends an error without details that are circular or larger than 8 KB', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const details of [circular, { text: 'é'.repeat(5000) }]) {
      const bytes = encodeError(new DomainError('CONFLICT', 'No.', details));

      expect(JSON.parse(bytes.toString())).toEqual({ code: 'CONFLICT', message: 'No.' });
    }
  });

  it('keeps an overlong message to 1024 characters', () => {
    expect(decodeError(encodeError(new DomainError('CONFLICT', 'x'.repeat(9000))))?.message).toBe(
      'x'.repeat(1024),
    );
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['another shape', '[1]'],
    ['a code nobody knows', '{"code":"toString","message":"x"}'],
    ['no message', '{"code":"CONFLICT"}'],
    ['details that are a list', '{"code":"CONFLICT","message":"x","details":[1]}'],
    ['more than 8 KB', JSON.stringify({ code: 'CONFLICT', message: 'x'.repeat(9000) })],
  ])('takes %s for no domain error', (_what, text) => {
    expect(decodeError(Buffer.from(text))).toBeUndefined();
  });
});
