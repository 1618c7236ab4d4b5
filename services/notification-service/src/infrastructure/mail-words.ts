import { readFileSync } from 'node:fs';
import { parseJson } from '@vici/utils';
import { z } from 'zod';
import { LANGUAGES, type Language } from '../domain/language.js';

const phrases = z.record(z.string(), z.string());
const words = z.record(z.string(), phrases);

/** Template, then key, to phrase; `shared` holds what several templates say. */
export type Words = z.infer<typeof words>;

/** The phrases of every language. @throws Error when a file is missing or not of the form */
export function readWords(folder: URL): Readonly<Record<Language, Words>> {
  const read = (language: Language) =>
    words.parse(parseJson(readFileSync(new URL(`words/${language}.json`, folder), 'utf8')));
  const [en, vi] = LANGUAGES.map(read);
  if (en === undefined || vi === undefined) throw new Error('A language has no words');
  return { en, vi };
}
