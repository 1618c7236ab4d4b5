import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type Caller,
  currentCaller,
  currentContext,
  remainingMs,
  requirePermission,
  requireRole,
  requireUserId,
  runInContext,
  systemContext,
} from './request-context.js';

function as<T>(caller: Caller, fn: () => T): T {
  return runInContext({ requestId: 'r-1', caller }, fn);
}

describe('request context', () => {
  it('reaches what is awaited, keeps two requests apart, and is gone outside', async () => {
    const idAfterAwait = async () => {
      await sleep(1);
      return currentContext()?.requestId;
    };
    const caller: Caller = { role: 'anonymous' };
    const ids = await Promise.all([
      runInContext({ requestId: 'a', caller }, idAfterAwait),
      runInContext({ requestId: 'b', caller }, idAfterAwait),
    ]);
    expect(ids).toEqual(['a', 'b']);
    expect(currentContext()).toBeUndefined();
  });

  it('takes whoever is not known for anonymous', () => {
    expect(currentCaller()).toEqual({ role: 'anonymous' });
    expect(() => requireUserId()).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });

  it('gives the signed-in user', () => {
    expect(as({ role: 'customer', userId: 'u-1' }, requireUserId)).toBe('u-1');
  });

  it('lets in the named roles and the system, and nobody else', () => {
    const adminOnly = () => requireRole('admin').role;
    expect(as({ role: 'admin', userId: 'u-1' }, adminOnly)).toBe('admin');
    expect(as({ role: 'system', service: 'order' }, adminOnly)).toBe('system');
    for (const role of ['anonymous', 'customer', 'support'] as const) {
      expect(() => as({ role }, adminOnly)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    }
  });

  it('lets in whose role has the permission, and names it to everybody else', () => {
    const changeOrders = () => requirePermission('orders:write').role;
    expect(as({ role: 'admin', userId: 'u-1' }, changeOrders)).toBe('admin');
    expect(as({ role: 'system', service: 'order' }, changeOrders)).toBe('system');
    for (const role of ['anonymous', 'customer', 'support'] as const) {
      expect(() => as({ role }, changeOrders)).toThrow(
        expect.objectContaining({ code: 'FORBIDDEN', details: { permission: 'orders:write' } }),
      );
    }
  });

  it('speaks for the service itself, with a request id of its own unless it carries one on', () => {
    const first = systemContext('order');
    expect(first.caller).toEqual({ role: 'system', service: 'order' });
    expect(first.requestId).not.toBe(systemContext('order').requestId);
    expect(systemContext('order', { requestId: 'r-9' }).requestId).toBe('r-9');
  });

  it('counts down to the deadline and stops at zero', () => {
    const caller: Caller = { role: 'anonymous' };
    expect(remainingMs()).toBeUndefined();
    const left = runInContext({ requestId: 'r', caller, deadline: Date.now() + 1_000 }, remainingMs);
    expect(left).toBeGreaterThan(900);
    expect(left).toBeLessThanOrEqual(1_000);
    expect(runInContext({ requestId: 'r', caller, deadline: Date.now() - 5 }, remainingMs)).toBe(0);
  });
});
