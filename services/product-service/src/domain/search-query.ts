/** A word of the catalogue. */
export interface KnownWord {
  readonly word: string;
  /** Its English stem, by which "hearts" and "heart" are one. */
  readonly stem: string;
}

/** What the catalogue knows about one word of a query. */
export interface WordReading extends KnownWord {
  /** Says nothing by itself: "the", "of". */
  readonly isStopWord: boolean;
  /** The catalogue has it, or another form of it (plural). */
  readonly isWhole: boolean;
  /** Words of the catalogue begin with it. */
  readonly isPrefix: boolean;
  /** The words that begin with it and are longer; undefined where there are too many to name. */
  readonly longer: readonly KnownWord[] | undefined;
  /** Words of the catalogue it may have been meant to be, nearest first. */
  readonly near: readonly KnownWord[];
  /** Words that stand for it. */
  readonly synonyms: readonly KnownWord[];
}

/** A query, word by word in its order. */
export interface QueryReading {
  readonly words: readonly WordReading[];
  /** Words that begin like the last one and are longer, the most frequent first. */
  readonly completions: readonly string[];
}

/** One word of a query: a product matches it by any of these. */
export interface SearchTerm {
  /** Beginnings of words: an index has to gather all that go on with them, so they are the dear ones. */
  readonly prefixes: readonly string[];
  readonly lexemes: readonly string[];
  /** Lexemes that only begin like the word: they find a product and do not rank it. */
  readonly longer: readonly string[];
}

/** What to look for. */
export interface TextMatch {
  /** How many of the terms have to match: each, all but one, or one. */
  readonly mode: 'all' | 'most' | 'any';
  readonly terms: readonly SearchTerm[];
  /** The query as it was understood, in small letters and corrected. */
  readonly text: string;
  /** Letters and digits of what may be a part of a SKU. */
  readonly code: string | undefined;
  /** A name that looks like the text matches too, whatever its words are. */
  readonly similarNames: boolean;
}

const CODE = /^(?=.*\d)[\p{L}\p{N}]{3,64}$/u;

/** The words that are looked for: all but stop words and words unknown to the catalogue, unless there is nothing else. */
function meaningfulWords(words: readonly WordReading[]): readonly WordReading[] {
  const telling = words.filter(({ isStopWord }) => !isStopWord);
  return (telling.length > 0 ? telling : words).filter(
    ({ isWhole, isPrefix, near, synonyms }) => isWhole || isPrefix || near.length > 0 || synonyms.length > 0,
  );
}

/** A word that others stand for is not misspelt, whether the catalogue has it or not. */
function isUnderstood({ isWhole, synonyms }: WordReading): boolean {
  return isWhole || synonyms.length > 0;
}

function termOf(reading: WordReading, tolerant: boolean): SearchTerm {
  const { word, stem, isWhole, isPrefix, longer, near, synonyms } = reading;
  const others = [...synonyms, ...(isUnderstood(reading) && !tolerant ? [] : near)];
  const isNamed = isPrefix && longer !== undefined;
  const own = [...(isNamed ? [word] : []), ...(isWhole ? [stem] : [])];
  const lexemes = new Set([...own, ...lexemesOf(others)]);
  return {
    prefixes: isPrefix && !isNamed ? [word] : [],
    lexemes: [...lexemes],
    // The very lexemes the prefix would find: a stem may have lost its last letters.
    longer: isNamed
      ? [...new Set(lexemesOf(longer))].filter((lexeme) => lexeme.startsWith(word) && !lexemes.has(lexeme))
      : [],
  };
}

function lexemesOf(words: readonly KnownWord[]): string[] {
  return words.flatMap(({ word, stem }) => [word, stem]);
}

/** The query with every word the catalogue does not have replaced by the nearest it has. */
export function correctedText(words: readonly WordReading[]): string {
  return words
    .map((reading) => (isUnderstood(reading) ? reading.word : (reading.near[0]?.word ?? reading.word)))
    .join(' ');
}

/**
 * How far from the words of a query what is found may be, the nearest first: 'strict' takes known words as they are,
 * 'spelling' also what they may have been meant to be, 'most' lets one word go, 'any' all but one, and 'similar' takes
 * names that look like the query, whatever their words are.
 */
export type Tolerance = 'strict' | 'spelling' | 'most' | 'any' | 'similar';

const MODES: Readonly<Record<Tolerance, TextMatch['mode']>> = {
  strict: 'all',
  spelling: 'all',
  most: 'most',
  any: 'any',
  similar: 'any',
};
/** A query of fewer words says nothing else when it is read so. */
const LEAST_TERMS: Readonly<Record<Tolerance, number>> = {
  strict: 0,
  spelling: 0,
  most: 3,
  any: 2,
  similar: 0,
};

/** What to look for, given what the catalogue knows of the words; undefined where the tolerance adds nothing. */
export function textMatchOf({ words }: QueryReading, tolerance: Tolerance): TextMatch | undefined {
  const terms = meaningfulWords(words).map((word) => termOf(word, tolerance !== 'strict'));
  if (terms.length < LEAST_TERMS[tolerance]) return undefined;
  const code = words.map(({ word }) => word).join('');
  const similarNames = tolerance === 'similar';
  return {
    mode: MODES[tolerance],
    terms: similarNames ? [] : terms,
    text: correctedText(words),
    code: CODE.test(code) ? code : undefined,
    similarNames,
  };
}
