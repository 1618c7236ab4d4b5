import { invalidField } from '@vici/utils/domain';

const ACCOUNT_ROLES = ['customer', 'support', 'admin'] as const;

export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Somebody who can sign in. */
export interface Account {
  readonly userId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: AccountRole;
  readonly emailVerified: boolean;
  /** Cannot sign in, and is signed in nowhere. */
  readonly blocked: boolean;
  /** Signing in asks for a second factor. */
  readonly twoFactor: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Whether the account can administer Vici now. */
export function isActiveAdministrator({ role, blocked }: Account): boolean {
  return role === 'admin' && !blocked;
}

/** The role of that name. @throws DomainError VALIDATION_FAILED naming `role` */
export function parseRole(text: string): AccountRole {
  const role = ACCOUNT_ROLES.find((known) => known === text);
  if (role === undefined) throw invalidField('role', `must be one of ${ACCOUNT_ROLES.join(', ')}`);
  return role;
}

const MAX_NAME = 100;

/**
 * A trimmed first or last name.
 * @throws DomainError VALIDATION_FAILED naming the field
 */
export function checkedName(field: 'firstName' | 'lastName', value: string): string {
  const name = value.trim();
  if (name === '') throw invalidField(field, 'is required');
  if (name.length > MAX_NAME) throw invalidField(field, `must have at most ${MAX_NAME} characters`);
  if (/\p{Cc}/u.test(name)) throw invalidField(field, 'must not contain control characters');
  return name;
}
