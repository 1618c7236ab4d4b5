import { DomainError, invalidFields } from '@vici/utils/domain';

/** How many addresses one shopper may keep. */
export const MAX_ADDRESSES = 20;

/** A postal address as it is printed on a parcel. */
export interface PostalAddress {
  readonly firstName: string;
  readonly lastName: string;
  readonly addressLine1: string;
  readonly addressLine2?: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
  readonly phone: string;
}

/** An address in a shopper's address book. */
export interface Address extends PostalAddress {
  readonly id: string;
  readonly userId: string;
  readonly isDefault: boolean;
}

const LIMITS: Readonly<Record<keyof PostalAddress, { max: number; required: boolean }>> = {
  firstName: { max: 100, required: true },
  lastName: { max: 100, required: true },
  addressLine1: { max: 200, required: true },
  addressLine2: { max: 200, required: false },
  city: { max: 100, required: true },
  // Many countries have no states.
  state: { max: 100, required: false },
  postalCode: { max: 20, required: false },
  country: { max: 2, required: true },
  phone: { max: 30, required: false },
};

/** What postal services and telephone networks ask for, country by country. Each gives what is wrong, or nothing. */
export interface ContactRules {
  /** @param country ISO 3166-1 alpha-2, upper case */
  postalCodeFault(postalCode: string, country: string): string | undefined;
  /** @param country where a number without `+` is dialled; the shop's home country unless given */
  phoneFault(phone: string, country?: string): string | undefined;
}

const COUNTRY = /^[A-Z]{2}$/;
/** Unions, pseudo-locales and "unknown": Unicode (CLDR) has names for these codes, no parcel service has. */
const NO_COUNTRIES: ReadonlySet<string> = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);
const CONTROL_CHARACTERS = /\p{Cc}/u;
const regionNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

type Candidate = { readonly [Field in keyof PostalAddress]?: string | undefined };

/**
 * Trims and checks an address.
 * @throws DomainError VALIDATION_FAILED that names every bad field
 */
export function checkedAddress(candidate: Candidate, rules: ContactRules): PostalAddress {
  const clean = (field: keyof PostalAddress) => (candidate[field] ?? '').trim();
  const country = clean('country').toUpperCase();
  const faults: { field: string; message: string }[] = [];
  for (const field of Object.keys(LIMITS) as (keyof PostalAddress)[]) {
    const value = clean(field);
    const message = faultOf(field, value) ?? contactFault(field, value, country, rules);
    if (message !== undefined) faults.push({ field, message });
  }
  if (faults.length > 0) throw invalidFields(faults);
  const addressLine2 = clean('addressLine2');
  return {
    firstName: clean('firstName'),
    lastName: clean('lastName'),
    addressLine1: clean('addressLine1'),
    ...(addressLine2 !== '' && { addressLine2 }),
    city: clean('city'),
    state: clean('state'),
    postalCode: clean('postalCode'),
    country,
    phone: clean('phone'),
  };
}

function faultOf(field: keyof PostalAddress, value: string): string | undefined {
  const { max, required } = LIMITS[field];
  if (value === '') return required ? 'is required' : undefined;
  if (value.length > max) return `must have at most ${max} characters`;
  if (CONTROL_CHARACTERS.test(value)) return 'must not contain control characters';
  if (field === 'country' && !isCountry(value.toUpperCase()))
    return 'must be an ISO 3166-1 country code, such as US';
  return undefined;
}

/** Judged only where the country is one: its own fault says enough. */
function contactFault(
  field: keyof PostalAddress,
  value: string,
  country: string,
  rules: ContactRules,
): string | undefined {
  if (!isCountry(country)) return undefined;
  if (field === 'postalCode') return rules.postalCodeFault(value, country);
  return field === 'phone' && value !== '' ? rules.phoneFault(value, country) : undefined;
}

function isCountry(code: string): boolean {
  return COUNTRY.test(code) && !NO_COUNTRIES.has(code) && regionNames.of(code) !== undefined;
}

/** @throws DomainError LIMIT_EXCEEDED when the address book is full */
export function assertRoomForAddress(count: number): void {
  if (count >= MAX_ADDRESSES) {
    throw new DomainError('LIMIT_EXCEEDED', `You can keep at most ${MAX_ADDRESSES} addresses.`, {
      limit: MAX_ADDRESSES,
    });
  }
}
