import { invalidFields } from '@vici/utils/domain';

/** Who a shopper is, apart from how they sign in. */
export interface Profile {
  readonly userId: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly firstName: string;
  readonly lastName: string;
  readonly phone?: string;
  readonly avatar?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a shopper may change of their profile. */
export interface ProfileChange {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly phone?: string;
  readonly avatar?: string;
}

const CONTROL_CHARACTERS = /\p{Cc}/u;
const PHONE = /^\+?[0-9 ()./-]{5,30}$/;
const MAX_NAME = 200;
const MAX_AVATAR = 500;

/** Splits a full name: the last word is the last name, what stands before it the first name. */
export function splitName(fullName: string): { firstName: string; lastName: string } {
  const words = fullName.trim().split(/\s+/u);
  return words.length === 1
    ? { firstName: words.join(''), lastName: '' }
    : { firstName: words.slice(0, -1).join(' '), lastName: words.slice(-1).join('') };
}

/**
 * Checks a requested change; fields not given stay as they are.
 * @throws DomainError VALIDATION_FAILED that names every bad field
 */
export function checkedProfileChange(request: {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly avatar?: string | undefined;
}): ProfileChange {
  const faults: { field: string; message: string }[] = [];
  const name = request.name?.trim();
  if (name !== undefined && (name === '' || name.length > MAX_NAME)) {
    faults.push({ field: 'name', message: `must have 1 to ${MAX_NAME} characters` });
  } else if (name !== undefined && CONTROL_CHARACTERS.test(name)) {
    faults.push({ field: 'name', message: 'must not contain control characters' });
  }
  const phone = request.phone?.trim();
  if (phone !== undefined && phone !== '' && !PHONE.test(phone)) {
    faults.push({ field: 'phone', message: 'must be a phone number' });
  }
  const avatar = request.avatar?.trim();
  if (avatar !== undefined && avatar !== '' && !isWebAddress(avatar)) {
    faults.push({ field: 'avatar', message: 'must be an http or https address' });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return {
    ...(name !== undefined && splitName(name)),
    ...(phone !== undefined && { phone }),
    ...(avatar !== undefined && { avatar }),
  };
}

function isWebAddress(value: string): boolean {
  // The URL parser overlooks line breaks and tabs, which would be stored.
  if (CONTROL_CHARACTERS.test(value)) return false;
  return value.length <= MAX_AVATAR && /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}
