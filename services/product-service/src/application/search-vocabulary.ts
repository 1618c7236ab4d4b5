import type { QueryReading } from '../domain/search-query.js';

/** The words of the shown products. */
export abstract class SearchVocabulary {
  /**
   * Reads a query of any text. Its first eight different words count.
   * @param nearKnownWords look also for the neighbours of words that are known as they stand
   */
  abstract read(text: string, nearKnownWords: boolean): Promise<QueryReading>;
}
