import { describe, expect, it } from 'vitest';
import { textMatchOf, type WordReading } from './search-query.js';

const word = (over: Partial<WordReading>): WordReading => ({
  word: 'studie',
  stem: 'studi',
  isStopWord: false,
  isWhole: false,
  isPrefix: true,
  longer: [],
  near: [],
  synonyms: [],
  ...over,
});
const termsOf = (reading: WordReading) => textMatchOf({ words: [reading], completions: [] }, 'strict')?.terms;

describe('a word of a query', () => {
  it('is looked for with each of the few words that go on with it, of whose stems those that do so too', () => {
    const longer = [
      { word: 'studies', stem: 'studi' },
      { word: 'studiers', stem: 'studier' },
    ];

    expect(termsOf(word({ longer }))).toEqual([
      { prefixes: [], lexemes: ['studie'], longer: ['studies', 'studiers', 'studier'] },
    ]);
  });

  it('is looked for as a beginning where many words go on with it', () => {
    expect(termsOf(word({ isWhole: true, longer: undefined }))).toEqual([
      { prefixes: ['studie'], lexemes: ['studi'], longer: [] },
    ]);
  });

  it('stands for itself where no word goes on with it', () => {
    expect(termsOf(word({ isWhole: true }))).toEqual([
      { prefixes: [], lexemes: ['studie', 'studi'], longer: [] },
    ]);
  });
});
