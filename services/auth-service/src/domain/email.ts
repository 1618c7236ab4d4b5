import { invalidField } from '@vici/utils/domain';

/** An e-mail address as it was written and as it is compared. */
export interface EmailAddress {
  readonly address: string;
  readonly normalized: string;
}

const MAX_LENGTH = 254;
/** RFC 5321, section 4.1.2, without quoted local parts. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const MAX_LOCAL_PART = 64;
const DOMAIN =
  /^(?:[\p{L}\p{M}\p{N}]+(?:-+[\p{L}\p{M}\p{N}]+)*\.)+[\p{L}\p{M}\p{N}-]*\p{L}[\p{L}\p{M}\p{N}-]*$/u;
const ASCII_DOMAIN = /^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;

/**
 * Reads an e-mail address. Compatibility forms of Unicode (full-width letters and the like) and letter case do not
 * make another address. Letters of other scripts, which can look like those of somebody else's address, are refused
 * before the @ and written in their ASCII form (IDNA, `xn--…`) after it: so no two addresses look the same.
 * @throws DomainError VALIDATION_FAILED naming `email`
 */
export function parseEmail(value: string): EmailAddress {
  const text = value.length > MAX_LENGTH * 2 ? '' : value.trim().normalize('NFKC');
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(0, at));
  const domain = asciiDomain(text.slice(at + 1));
  const address = `${local}@${domain ?? ''}`;
  if (
    domain === undefined ||
    local.length > MAX_LOCAL_PART ||
    !LOCAL_PART.test(local) ||
    address.length > MAX_LENGTH
  ) {
    throw invalidField('email', 'must be an e-mail address');
  }
  return { address, normalized: address.toLowerCase() };
}

/** The URL parser knows IDNA (UTS 46): it maps letter case and international names, and refuses what is no name. */
function asciiDomain(domain: string): string | undefined {
  if (!DOMAIN.test(domain)) return undefined;
  const ascii = URL.parse(`http://${domain}/`)?.hostname;
  return ascii !== undefined && ASCII_DOMAIN.test(ascii) ? ascii : undefined;
}
