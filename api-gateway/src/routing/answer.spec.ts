import { describe, expect, it } from 'vitest';
import { isKnownToClient, ReadyAnswer } from './answer.js';

describe('a ready answer', () => {
  it('is the envelope, without what is undefined', () => {
    const { body } = ReadyAnswer.success({ a: 1, b: undefined });
    expect(body.toString()).toBe('{"success":true,"data":{"a":1}}');
  });

  it('has the same tag for the same bytes only', () => {
    expect(ReadyAnswer.success([1]).etag).toBe(ReadyAnswer.success([1]).etag);
    expect(ReadyAnswer.success([1]).etag).not.toBe(ReadyAnswer.success([2]).etag);
  });
});

describe('If-None-Match', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    ['', false],
    [undefined, false],
  ])('%s against "a" is %s', (header, known) => {
    expect(isKnownToClient('"a"', header)).toBe(known);
  });
});
