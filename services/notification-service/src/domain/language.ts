/** The languages Vici writes in (BCP 47). */
export const LANGUAGES = ['en', 'vi'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The language a shopper has chosen; English while nobody knows, or when it is one Vici does not write in. */
export function languageOf(tag: string | undefined): Language {
  return LANGUAGES.find((language) => language === tag) ?? 'en';
}
