import { invalidField } from '@vici/utils/domain';

/** An e-mail address as it was written and as it is compared. */
export interface EmailAddress {
  readonly address: string;
  readonly normalized: string;
}

const MAX_LENGTH = 254;
const SHAPE =
  /^[^\s@"(),:;<>[\]\\\p{Cc}]{1,64}@[^\s@."(),:;<>[\]\\\p{Cc}]+(?:\.[^\s@."(),:;<>[\]\\\p{Cc}]+)+$/u;

/**
 * Reads an e-mail address. Compatibility forms of Unicode (full-width letters and the like) and letter case do not
 * make another address.
 * @throws DomainError VALIDATION_FAILED naming `email`
 */
export function parseEmail(value: string): EmailAddress {
  const address = value.trim().normalize('NFKC');
  if (address.length > MAX_LENGTH || !SHAPE.test(address)) {
    throw invalidField('email', 'must be an e-mail address');
  }
  return { address, normalized: address.toLowerCase() };
}
