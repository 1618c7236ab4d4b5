/** A role a person or a service can act in. `system` is Vici itself: event handlers, timers, one service on its own account. */
export type Role = 'anonymous' | 'customer' | 'support' | 'admin' | 'system';

/** What the administration can be allowed to do, as `<area>:<act>`. */
const PERMISSIONS = [
  'dashboard:read',
  'orders:read',
  'orders:write',
  'payments:read',
  'payments:write',
  'users:read',
  'users:write',
  'roles:write',
  'products:read',
  'products:write',
  'stock:read',
  'stock:write',
  'reviews:read',
  'reviews:moderate',
  'coupons:read',
  'coupons:write',
  'recommendations:read',
  'recommendations:write',
  'experiments:read',
  'events:read',
  'events:write',
  'notifications:read',
  'notifications:write',
  'dead-letters:read',
  'dead-letters:write',
  'audit:read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const EVERYTHING: ReadonlySet<Permission> = new Set(PERMISSIONS);
const NOTHING: ReadonlySet<Permission> = new Set();

/**
 * The one table of who may do what. Support answers shoppers: it reads what they did, and changes nothing. Vici itself
 * is not a person, so it is not restricted.
 */
const GRANTS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  anonymous: NOTHING,
  customer: NOTHING,
  support: new Set(['orders:read', 'payments:read', 'users:read', 'reviews:read', 'notifications:read']),
  admin: EVERYTHING,
  system: EVERYTHING,
};

/** Whether a role may do something. */
export function isAllowed(role: Role, permission: Permission): boolean {
  return GRANTS[role].has(permission);
}
