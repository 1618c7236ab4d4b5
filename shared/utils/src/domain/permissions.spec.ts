import { describe, expect, it } from 'vitest';
import { isAllowed, type Permission, type Role } from './permissions.js';

describe('permissions', () => {
  it.each<[Role, Permission, boolean]>([
    ['admin', 'roles:write', true],
    ['admin', 'audit:read', true],
    ['support', 'orders:read', true],
    ['support', 'users:read', true],
    ['support', 'orders:write', false],
    ['support', 'roles:write', false],
    ['support', 'products:write', false],
    ['support', 'audit:read', false],
    ['customer', 'orders:read', false],
    ['anonymous', 'products:read', false],
    ['system', 'stock:write', true],
  ])('%s, %s: %s', (role, permission, allowed) => {
    expect(isAllowed(role, permission)).toBe(allowed);
  });
});
