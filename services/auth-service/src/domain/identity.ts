import { DomainError } from '@vici/utils/domain';
import type { Account } from './account.js';

/** Somebody as a sign-in provider knows them. */
export interface Identity {
  readonly issuer: string;
  /** Never given to anybody else by the issuer. */
  readonly subject: string;
  readonly email?: string | undefined;
  /** Whether the provider stands by the address. */
  readonly emailVerified: boolean;
  readonly firstName: string;
  readonly lastName: string;
}

/**
 * The address an identity may be known by here.
 * @throws DomainError EMAIL_NOT_VERIFIED when the provider names none or does not stand by it
 */
export function verifiedEmailOf({ email, emailVerified }: Identity): string {
  if (email !== undefined && emailVerified) return email;
  throw new DomainError('EMAIL_NOT_VERIFIED', 'Confirm your e-mail address with the provider first.');
}

/**
 * An account is opened to an identity only when it has proved the same address itself: an unproved one may have been made
 * by somebody who waits for the owner of the address to come.
 * @throws DomainError EMAIL_NOT_VERIFIED
 */
export function assertLinkable({ emailVerified }: Account): void {
  if (emailVerified) return;
  throw new DomainError(
    'EMAIL_NOT_VERIFIED',
    'This e-mail address has an account that has not confirmed it yet. Confirm it with the link we have mailed, then try again.',
  );
}
