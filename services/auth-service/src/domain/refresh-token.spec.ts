import { describe, expect, it } from 'vitest';
import { verdictOn } from './refresh-token.js';

const now = new Date('2026-03-01T12:00:00Z');
const token = { sessionId: 's', userId: 'u', expiresAt: new Date('2026-03-02T12:00:00Z') };
const ago = (ms: number) => new Date(now.getTime() - ms);

describe('verdictOn', () => {
  it('rotates a fresh token, and one that another tab used up to ten seconds ago', () => {
    expect(verdictOn(token, now)).toBe('rotate');
    expect(verdictOn({ ...token, usedAt: ago(10_000) }, now)).toBe('rotate');
  });

  it('takes a token used longer ago for stolen, expired or not', () => {
    expect(verdictOn({ ...token, usedAt: ago(10_001) }, now)).toBe('stolen');
    expect(verdictOn({ ...token, expiresAt: ago(1), usedAt: ago(10_001) }, now)).toBe('stolen');
  });

  it('refuses an expired token', () => {
    expect(verdictOn({ ...token, expiresAt: now }, now)).toBe('expired');
  });
});
