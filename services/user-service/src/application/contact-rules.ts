import type { ContactRules as Rules } from '../domain/address.js';

/** Who knows how postal codes and phone numbers are written around the world. */
export abstract class ContactRules implements Rules {
  abstract postalCodeFault(postalCode: string, country: string): string | undefined;
  abstract phoneFault(phone: string, country?: string): string | undefined;
}
