import { invalidField } from '@vici/utils/domain';

export type AccountRole = 'customer' | 'support' | 'admin';

/** Somebody who can sign in. */
export interface Account {
  readonly userId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: AccountRole;
  readonly emailVerified: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
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
