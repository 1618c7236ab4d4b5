import { describe, expect, it } from 'vitest';
import { readContext, writeMetadata } from './call-metadata.js';

const { signal } = new AbortController();

describe('call metadata', () => {
  it('holds nothing but printable ASCII, and no field that was not set', () => {
    const metadata = writeMetadata(
      { requestId: 'ü', caller: { role: 'customer', userId: '日本' }, client: { userAgent: '\u007f\n' } },
      undefined,
    );

    expect(Object.keys(metadata).sort()).toEqual(['x-request-id', 'x-vici-caller', 'x-vici-client']);
    for (const value of Object.values(metadata)) {
      expect(value).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  it('cuts a user agent at 512 characters', () => {
    const metadata = writeMetadata(
      { requestId: 'r', caller: { role: 'anonymous' }, client: { userAgent: 'x'.repeat(2000) } },
      undefined,
    );

    expect(readContext(metadata, { deadline: undefined, signal }).client?.userAgent).toHaveLength(512);
  });

  it('gives a request without any metadata a new id and an anonymous caller', () => {
    const context = readContext({}, { deadline: 12, signal });

    expect(context).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      caller: { role: 'anonymous' },
      deadline: 12,
      signal,
    });
  });

  it('takes a request id that is not percent-encoded as it is', () => {
    expect(readContext({ 'x-request-id': '100%' }, { deadline: undefined, signal }).requestId).toBe('100%');
  });

  it('tells each caller from the next, however often and in which order they come', () => {
    const callers = ['a', 'b', 'a'].map((userId) => ({ role: 'customer' as const, userId }));
    const read = callers.map((caller) => {
      const metadata = writeMetadata({ requestId: 'r', caller }, undefined);
      return readContext(metadata, { deadline: undefined, signal }).caller;
    });

    expect(read).toEqual(callers);
  });

  it('takes what is no caller for anonymous, every time', () => {
    for (const text of ['{"role":"owner"}', 'nonsense', '{"role":"owner"}', 'nonsense']) {
      expect(readContext({ 'x-vici-caller': text }, { deadline: undefined, signal }).caller).toEqual({
        role: 'anonymous',
      });
    }
  });

  it('drops fields of a caller that it does not know', () => {
    const metadata = { 'x-vici-caller': '{"role":"customer","userId":"u","isRoot":true}' };

    expect(readContext(metadata, { deadline: undefined, signal }).caller).toEqual({
      role: 'customer',
      userId: 'u',
    });
  });
});
