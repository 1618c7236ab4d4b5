import { invalidFields } from '@vici/utils/domain';
import type { ContactRules } from './address.js';

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

/** What a shopper asks to change; what is undefined stays as it is. */
export interface ProfileRequest {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly avatar?: string | undefined;
}

const CONTROL_CHARACTERS = /\p{Cc}/u;
const MAX_NAME = 200;

/** Splits a full name: the last word is the last name, what stands before it the first name. */
export function splitName(fullName: string): { firstName: string; lastName: string } {
  const words = fullName.trim().split(/\s+/u);
  return words.length === 1
    ? { firstName: words.join(''), lastName: '' }
    : { firstName: words.slice(0, -1).join(' '), lastName: words.slice(-1).join('') };
}

/** The picture that a request wants to be shown; undefined when it wants none, or says nothing of it. */
export function wantedAvatar({ avatar }: ProfileRequest): string | undefined {
  return avatar?.trim() || undefined;
}

/**
 * Checks a requested change; fields not given stay as they are.
 * @param mayShowAvatar whether the wanted avatar is one the shopper may show
 * @throws DomainError VALIDATION_FAILED that names every bad field
 */
export function checkedProfileChange(
  request: ProfileRequest,
  rules: Pick<ContactRules, 'phoneFault'>,
  mayShowAvatar: boolean,
): ProfileChange {
  const faults: { field: string; message: string }[] = [];
  const name = request.name?.trim();
  if (name !== undefined && (name === '' || name.length > MAX_NAME)) {
    faults.push({ field: 'name', message: `must have 1 to ${MAX_NAME} characters` });
  } else if (name !== undefined && CONTROL_CHARACTERS.test(name)) {
    faults.push({ field: 'name', message: 'must not contain control characters' });
  }
  const phone = request.phone?.trim();
  const phoneFault = phone === undefined || phone === '' ? undefined : rules.phoneFault(phone);
  if (phoneFault !== undefined) {
    faults.push({ field: 'phone', message: phoneFault });
  }
  if (!mayShowAvatar) {
    faults.push({ field: 'avatar', message: 'must be the address of a picture you uploaded as an avatar' });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return {
    ...(name !== undefined && splitName(name)),
    ...(phone !== undefined && { phone }),
    ...(request.avatar !== undefined && { avatar: wantedAvatar(request) ?? '' }),
  };
}
