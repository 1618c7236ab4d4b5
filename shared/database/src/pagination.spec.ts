import { DomainError } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor, offsetOf, pageOf, pageRequest } from './pagination.js';

function thrownBy(fn: () => unknown): DomainError {
  try {
    fn();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('pageRequest', () => {
  it('is the first page of 20 unless told otherwise', () => {
    expect(pageRequest()).toEqual({ page: 1, limit: 20 });
    expect(pageRequest(undefined, undefined)).toEqual({ page: 1, limit: 20 });
  });

  it('takes limits from 1 to 100', () => {
    expect(pageRequest(7, 1)).toEqual({ page: 7, limit: 1 });
    expect(pageRequest(7, 100)).toEqual({ page: 7, limit: 100 });
  });

  it.each([0, -1, 101, 1.5, Number.NaN])('refuses %s as a limit, naming the field', (limit) => {
    const error = thrownBy(() => pageRequest(1, limit));
    expect(error.code).toBe('VALIDATION_FAILED');
    expect(error.details).toEqual({
      fields: [{ field: 'limit', message: 'must be a whole number from 1 to 100' }],
    });
  });

  it('names both fields when both are wrong', () => {
    const error = thrownBy(() => pageRequest(0, 0));
    expect(error.details).toMatchObject({ fields: [{ field: 'page' }, { field: 'limit' }] });
  });
});

describe('offsetOf', () => {
  it('skips the pages before', () => {
    expect(offsetOf(pageRequest(1, 20))).toBe(0);
    expect(offsetOf(pageRequest(4, 25))).toBe(75);
  });
});

describe('pageOf', () => {
  it('turns the bigint count of PostgreSQL into a number', () => {
    expect(pageOf(['a'], pageRequest(2, 1), 5n)).toEqual({ items: ['a'], page: 2, limit: 1, total: 5 });
  });
});

describe('cursors', () => {
  const position = z.object({ createdAt: z.string(), id: z.string() });

  it('give back the position they were made from, in URL-safe characters', () => {
    const cursor = encodeCursor({ createdAt: '2026-01-01T00:00:00Z', id: 'ÿ?>~' });
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(cursor, position)).toEqual({ createdAt: '2026-01-01T00:00:00Z', id: 'ÿ?>~' });
  });

  it.each(['', 'not json', encodeCursor({ id: 7 }), encodeCursor(null)])('refuse %j', (cursor) => {
    const error = thrownBy(() => decodeCursor(cursor, position));
    expect(error.code).toBe('VALIDATION_FAILED');
    expect(error.details).toEqual({
      fields: [{ field: 'cursor', message: 'is not a cursor this list gave out' }],
    });
  });
});
