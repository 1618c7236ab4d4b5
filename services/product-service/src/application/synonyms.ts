/** A word and those that find what it finds. */
export interface Synonyms {
  readonly word: string;
  readonly synonyms: readonly string[];
}

/** Words that stand for others in search. */
export abstract class SynonymTable {
  abstract list(): Promise<readonly Synonyms[]>;
  /** Replaces what is said of the word; gives what was said before. */
  abstract replace(synonyms: Synonyms): Promise<Synonyms>;
}
