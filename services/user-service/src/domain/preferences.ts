import { invalidFields } from '@vici/utils/domain';

/** How a shopper wants to be told things. */
export interface Preferences {
  readonly emailNotifications: boolean;
  readonly smsNotifications: boolean;
  readonly marketingEmails: boolean;
  /** BCP 47, one of {@link LANGUAGES}. */
  readonly language: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** The fields that are given; what is undefined stays as it is. */
export type PreferencesRequest = { readonly [Field in keyof Preferences]?: Preferences[Field] | undefined };

/** The languages Vici speaks (BCP 47). */
export const LANGUAGES: readonly string[] = ['en', 'vi'];

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/**
 * Checks a requested change. Language and currency are taken in either letter case, as both standards have it.
 * @throws DomainError VALIDATION_FAILED that names every bad field
 */
export function checkedPreferencesChange(request: PreferencesRequest): Partial<Preferences> {
  const { emailNotifications, smsNotifications, marketingEmails } = request;
  const language = request.language?.trim().toLowerCase();
  const currency = request.currency?.trim().toUpperCase();
  const faults: { field: string; message: string }[] = [];
  if (language !== undefined && !LANGUAGES.includes(language)) {
    faults.push({ field: 'language', message: `must be one of ${LANGUAGES.join(', ')}` });
  }
  if (currency !== undefined && !CURRENCIES.has(currency)) {
    faults.push({ field: 'currency', message: 'must be an ISO 4217 currency code, such as USD' });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return {
    ...(emailNotifications !== undefined && { emailNotifications }),
    ...(smsNotifications !== undefined && { smsNotifications }),
    ...(marketingEmails !== undefined && { marketingEmails }),
    ...(language !== undefined && { language }),
    ...(currency !== undefined && { currency }),
  };
}

/** Whether these are the same preferences. */
export function samePreferences(a: Preferences, b: Preferences): boolean {
  return (
    a.emailNotifications === b.emailNotifications &&
    a.smsNotifications === b.smsNotifications &&
    a.marketingEmails === b.marketingEmails &&
    a.language === b.language &&
    a.currency === b.currency
  );
}
