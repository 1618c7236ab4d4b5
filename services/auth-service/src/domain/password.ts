import { DomainError } from '@vici/utils/domain';
import type { EmailAddress } from './email.js';

const MIN_CHARACTERS = 8;
/** bcrypt looks at no more than this many bytes: a longer password would be cut without telling. */
const MAX_BYTES = 72;
/** Nothing is worked out on more than this: no form of a password that fits is longer. */
const LONGEST_READ = 512;
/** A shorter local part is too common inside words to say anything. */
const MIN_TELLING_LOCAL_PART = 4;

/**
 * The one form of a password that is judged, hashed and compared, because keyboards write the same character in
 * several ways (NIST SP 800-63B, section 5.1.1.2). Undefined when bcrypt would not look at the whole of it.
 */
export function normalizedPassword(password: string): string | undefined {
  if (password.length > LONGEST_READ) return undefined;
  const normalized = password.normalize('NFKC');
  return new TextEncoder().encode(normalized).length > MAX_BYTES ? undefined : normalized;
}

/**
 * Checks a new password: length, the most common passwords, and the account's own e-mail address.
 * @param isCommon whether a password is among the first that anybody guesses
 * @throws DomainError WEAK_PASSWORD naming `field`
 */
export function assertStrongPassword(
  password: string,
  email: EmailAddress,
  isCommon: (password: string) => boolean,
  field = 'password',
): void {
  const weakness = weaknessOf(password, email, isCommon);
  if (weakness !== undefined) {
    throw new DomainError('WEAK_PASSWORD', `The password ${weakness}.`, {
      fields: [{ field, message: weakness }],
    });
  }
}

function weaknessOf(
  password: string,
  email: EmailAddress,
  isCommon: (password: string) => boolean,
): string | undefined {
  const normalized = normalizedPassword(password);
  if (normalized === undefined) return `must have at most ${MAX_BYTES} bytes`;
  if ([...normalized].length < MIN_CHARACTERS) return `must have at least ${MIN_CHARACTERS} characters`;
  const plain = normalized.toLowerCase();
  if (plain === email.normalized || contains(plain, email)) return 'must not contain the e-mail address';
  return isCommon(plain) ? 'is one of the most common passwords' : undefined;
}

function contains(plain: string, { normalized }: EmailAddress): boolean {
  const local = normalized.slice(0, normalized.lastIndexOf('@'));
  return local.length >= MIN_TELLING_LOCAL_PART && plain.includes(local);
}
