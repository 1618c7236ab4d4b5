import { describe, expect, it } from 'vitest';
import { isDomainError } from './errors.js';
import { deterministicId, isUuid, newId, parseId } from './ids.js';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('ids', () => {
  it('makes distinct version 7 ids that sort by the time they were made', () => {
    const ids = Array.from({ length: 500 }, () => newId());
    expect(new Set(ids).size).toBe(500);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => VERSION_7.test(id))).toBe(true);
  });

  it('computes the same id from the same parts, and another from parts cut elsewhere', () => {
    expect(deterministicId('order', '1')).toBe(deterministicId('order', '1'));
    expect(deterministicId('ab', 'c')).not.toBe(deterministicId('a', 'bc'));
    expect(deterministicId()).not.toBe(deterministicId(''));
    expect(deterministicId('order', '1')).toMatch(VERSION_7);
  });

  it('keeps a computed id for good: it is stored by those who wrote it', () => {
    expect(deterministicId('order', '1')).toBe('6e387f7d-e582-7356-9f8f-c32c75bf19e6');
  });

  it.each([
    '',
    'x',
    '0189',
    '01890000-0000-7000-8000-00000000000g',
    '{01890000-0000-7000-8000-000000000000}',
  ])('does not take %j for a UUID', (text) => {
    expect(isUuid(text)).toBe(false);
  });

  it('parses to lower case, and names the field that is not an id', () => {
    expect(parseId('01890000-ABCD-7000-8000-000000000000', 'id')).toBe(
      '01890000-abcd-7000-8000-000000000000',
    );
    const refused = () => parseId('42', 'productId');
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ field: 'productId', message: 'must be a UUID' }] },
      }),
    );
  });

  it('throws an error that isDomainError knows by its code', () => {
    const caught = (() => {
      try {
        return parseId('42', 'id');
      } catch (error) {
        return error;
      }
    })();
    expect(isDomainError(caught)).toBe(true);
    expect(isDomainError(caught, 'VALIDATION_FAILED')).toBe(true);
    expect(isDomainError(caught, 'NOT_FOUND')).toBe(false);
    expect(isDomainError(new Error('VALIDATION_FAILED'))).toBe(false);
  });
});
