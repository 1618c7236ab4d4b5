import type { Account } from '@vici/proto-gen/auth';
import { z } from 'zod';
import { toUser, userShape } from '../users/user.shapes.js';
import { fieldColumns } from './list-export.js';

/** Every role an account can have; the storefront knows only two of them. */
export const ROLES = ['customer', 'support', 'admin'] as const;

export const adminUserShape = userShape
  .extend({
    role: z.enum(ROLES),
    blocked: z.boolean().describe('Cannot sign in, and is signed in nowhere.'),
    twoFactor: z.boolean().describe('Signing in asks for a second factor.'),
  })
  .meta({ id: 'AdminUser' });

/** @throws Error for a role the contract does not know */
export function toAdminUser(account: Account): z.output<typeof adminUserShape> {
  const role = ROLES.find((known) => known === account.role);
  if (role === undefined) {
    throw new Error(`An account has the unknown role ${account.role}`);
  }
  const { blocked, twoFactor } = account;
  return { ...toUser(account), role, blocked, twoFactor };
}

/** A user as a row of an export. */
export const USER_COLUMNS = fieldColumns(
  'id',
  'email',
  'firstName',
  'lastName',
  'role',
  'blocked',
  'twoFactor',
  'emailVerified',
  'createdAt',
  'updatedAt',
);
