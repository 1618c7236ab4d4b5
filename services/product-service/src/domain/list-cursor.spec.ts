import { newId } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from './list-cursor.js';

const encoded = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('a cursor', () => {
  const count = { total: Number.MAX_SAFE_INTEGER, totalIsEstimate: true, of: newId(), at: Date.now() };

  it('comes back as it was given out, after the longest name as well', () => {
    const cursor = { sort: 'name', values: ['漢'.repeat(300), newId()], count } as const;

    expect(readCursor(writeCursor(cursor), 'name')).toEqual(cursor);
    // What the gateway takes at most.
    expect(writeCursor(cursor).length).toBeLessThanOrEqual(1500);
  });

  it('may come without a count', () => {
    expect(readCursor(encoded(['name', 'lamp', 'id']), 'name')).toEqual({
      sort: 'name',
      values: ['lamp', 'id'],
      count: undefined,
    });
  });

  it.each([
    ['another order', ['rating', '4', '2', 'id', count]],
    ['no place', ['name', count]],
    ['a place that is no text', ['name', 4, 'id']],
    ['a total below nothing', ['name', 'lamp', 'id', { ...count, total: -1 }]],
    ['a total that is no number', ['name', 'lamp', 'id', { ...count, total: '4' }]],
    ['a count of nothing', ['name', 'lamp', 'id', { ...count, of: undefined }]],
    ['no list', { sort: 'name' }],
  ])('with %s is refused', (_what, parts) => {
    expect(() => readCursor(encoded(parts), 'name')).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });
});
