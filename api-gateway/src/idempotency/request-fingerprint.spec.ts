import { describe, expect, it } from 'vitest';
import { RequestFingerprint } from './request-fingerprint.js';

const identity = {
  owner: 'user:1',
  route: 'POST /orders',
  path: '/api/orders',
  key: 'key-1',
  body: { a: 1, b: [{ c: 2, d: 3 }] },
};
const fingerprint = (over: Partial<typeof identity> = {}) => new RequestFingerprint({ ...identity, ...over });

describe('a request fingerprint', () => {
  it('is remembered apart by owner, route and key', () => {
    const names = [{}, { owner: 'user:2' }, { route: 'POST /carts' }, { key: 'key-2' }].map(
      (over) => fingerprint(over).name,
    );
    expect(new Set(names).size).toBe(4);
    expect(fingerprint({ body: { a: 1, b: [] } }).name).toBe(names[0]);
  });

  it('has the same content whatever the order of fields, another for another body or path', () => {
    const { contentHash } = fingerprint();
    expect(fingerprint({ body: { b: [{ d: 3, c: 2 }], a: 1 } }).contentHash).toBe(contentHash);
    expect(fingerprint({ body: { a: 1, b: [{ c: 2, d: 4 }] } }).contentHash).not.toBe(contentHash);
    expect(fingerprint({ path: '/api/orders/2' }).contentHash).not.toBe(contentHash);
  });

  it('opens what it sealed, and what another key sealed not', () => {
    const sealed = fingerprint().seal('{"token":"x"}');
    expect(sealed).not.toContain('token');
    expect(fingerprint().open(sealed)).toBe('{"token":"x"}');
    expect(() => fingerprint({ key: 'key-2' }).open(sealed)).toThrow();
    expect(() => fingerprint({ owner: 'user:2' }).open(sealed)).toThrow();
  });
});
