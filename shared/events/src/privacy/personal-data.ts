import type { PersonalDataService } from '../catalogue/privacy.events.js';

/** One thing a service holds on a person. */
export interface PersonalRecord {
  /** What it is, e.g. `orders`: the records of one section stand together in the export. */
  readonly section: string;
  /** Plain JSON: what the person would recognise, without secrets and without what belongs to others. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** What became of a person's data. */
export interface Erasure {
  /** How many of what are gone, or no longer tell whose they were. */
  readonly erased: Readonly<Record<string, number>>;
  /** What stays, and why it may: an invoice the law wants kept. */
  readonly kept?: readonly { readonly what: string; readonly count: number; readonly reason: string }[];
}

/**
 * What a service holds on people, and how it gives it out and gives it up. Each service of `PERSONAL_DATA_SERVICES`
 * provides one, with {@link PersonalDataHandlers} beside it. Both run in the transaction of an event handler: work in the
 * database commits together with the answer; work elsewhere (Redis, object storage, a provider) may be done twice and has
 * to be idempotent.
 */
export abstract class PersonalData {
  abstract readonly service: PersonalDataService;

  /** Everything held on the person, read in pages: nobody's history has to fit into memory. */
  abstract records(userId: string): AsyncIterable<PersonalRecord>;

  /** Deletes what may be deleted and makes the rest tell no longer whose it was. Done twice, it changes nothing more. */
  abstract erase(userId: string): Promise<Erasure>;
}
