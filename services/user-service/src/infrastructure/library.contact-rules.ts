import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@vici/utils';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { postcodeValidator, postcodeValidatorExistsForCountry } from 'postcode-validator';
import { ContactRules } from '../application/contact-rules.js';
import type { UserConfig } from '../user.config.js';

/** Postal codes by postcode-validator (Unicode CLDR's patterns), phone numbers by Google's libphonenumber. */
@Injectable()
export class LibraryContactRules extends ContactRules {
  constructor(@Inject(CONFIG) private readonly config: UserConfig) {
    super();
  }

  postalCodeFault(postalCode: string, country: string): string | undefined {
    if (!postcodeValidatorExistsForCountry(country)) {
      return undefined;
    }
    if (postalCode === '') {
      return 'is required';
    }
    return postcodeValidator(postalCode, country) ? undefined : `must be a postal code of ${country}`;
  }

  /** Whether the number can be dialled: its length and its country's code. Not whether it is given to anybody. */
  phoneFault(phone: string, country = this.config.HOME_COUNTRY): string | undefined {
    const dialledFrom = isSupportedCountry(country) ? country : undefined;
    const number = parsePhoneNumberFromString(phone, {
      ...(dialledFrom !== undefined && { defaultCountry: dialledFrom }),
      extract: false,
    });
    return number?.isPossible() === true
      ? undefined
      : 'must be a phone number, such as +44 20 7946 0000 or as it is dialled in the country';
  }
}
