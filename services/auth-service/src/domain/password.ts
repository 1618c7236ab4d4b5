import { DomainError } from '@vici/utils/domain';
import { COMMON_PASSWORDS } from './common-passwords.js';
import type { EmailAddress } from './email.js';

const MIN_CHARACTERS = 8;
/** bcrypt looks at no more than this many bytes: a longer password would be cut without telling. */
const MAX_BYTES = 72;
/** A shorter local part is too common inside words to say anything. */
const MIN_TELLING_LOCAL_PART = 4;

/**
 * Checks a new password: length, the most common passwords, and the account's own e-mail address.
 * @throws DomainError WEAK_PASSWORD naming `field`
 */
export function assertStrongPassword(password: string, email: EmailAddress, field = 'password'): void {
  const weakness = weaknessOf(password, email);
  if (weakness !== undefined) {
    throw new DomainError('WEAK_PASSWORD', `The password ${weakness}.`, {
      fields: [{ field, message: weakness }],
    });
  }
}

function weaknessOf(password: string, email: EmailAddress): string | undefined {
  if ([...password].length < MIN_CHARACTERS) return `must have at least ${MIN_CHARACTERS} characters`;
  if (new TextEncoder().encode(password).length > MAX_BYTES) return `must have at most ${MAX_BYTES} bytes`;
  const plain = password.toLowerCase();
  if (COMMON_PASSWORDS.has(plain)) return 'is one of the most common passwords';
  const local = email.normalized.slice(0, email.normalized.lastIndexOf('@'));
  if (plain === email.normalized || (local.length >= MIN_TELLING_LOCAL_PART && plain.includes(local))) {
    return 'must not contain the e-mail address';
  }
  return undefined;
}
