import type { ServiceName } from '@vici/utils';

/*
 * Every secret of the embedded default, written here and therefore public: good for a shop that listens on loopback
 * only, and for nothing else. The remaining secrets are the services' own development defaults, which they refuse with
 * NODE_ENV=production.
 */

/** The administrator auth-service creates at its first start. */
export const DEMO_ADMIN = { email: 'admin@vici.local', password: 'ViciAdmin123!' } as const;

/** The customer the seed registers. */
export const DEMO_CUSTOMER = {
  email: 'demo@vici.local',
  password: 'ViciShopper123!',
  firstName: 'Dana',
  lastName: 'Demo',
} as const;

/** The database, its owner and the owner's password, of one service. */
export function databaseAccount(name: ServiceName): { database: string; role: string; password: string } {
  return { database: `${name}_db`, role: `${name}_service`, password: `vici-${name}-development` };
}
