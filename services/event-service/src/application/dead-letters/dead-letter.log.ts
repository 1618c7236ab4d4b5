import type { Page, PageRequest } from '@vici/database';
import type { DeadLetter } from '@vici/events';

/** DEAD: waits for somebody. REPLAYING: on its way back to its topic. REPLAYED: was given back. */
export const DEAD_LETTER_STATUSES = ['DEAD', 'REPLAYING', 'REPLAYED'] as const;
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number];

/** A dead letter with what is needed to give it back. */
export interface ArrivedDeadLetter extends DeadLetter {
  readonly id: string;
  readonly key: string;
  /** The message as it was. */
  readonly value: string;
  /** All that it carries, its origin and the reason included. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whom it is about, where it says so. */
  readonly userId?: string;
}

/** A dead letter as the log keeps it. */
export interface LoggedDeadLetter extends ArrivedDeadLetter {
  readonly status: DeadLetterStatus;
  readonly replayedAt?: Date;
}

/** What a list of dead letters is narrowed by. */
export interface DeadLetterSearch {
  readonly topic?: string | undefined;
  readonly group?: string | undefined;
  readonly eventType?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly status?: DeadLetterStatus | undefined;
  /** Part of the error, or the whole key. */
  readonly search?: string | undefined;
  /** Given up then or later. */
  readonly from?: Date | undefined;
  /** Given up before. */
  readonly to?: Date | undefined;
  readonly oldestFirst: boolean;
}

/** The dead letters of every service. */
export abstract class DeadLetterLog {
  /** Keeps each once. */
  abstract add(letters: readonly ArrivedDeadLetter[]): Promise<void>;
  /** The latest first, unless told otherwise. */
  abstract search(search: DeadLetterSearch, page: PageRequest): Promise<Page<LoggedDeadLetter>>;
  abstract find(id: string): Promise<LoggedDeadLetter | undefined>;
  /** How many of these there are. */
  abstract count(ids: readonly string[]): Promise<number>;
  /** Takes those that nobody has given back, or is giving back at this moment, into the caller's hands. */
  abstract beginReplay(ids: readonly string[]): Promise<LoggedDeadLetter[]>;
  abstract endReplay(ids: readonly string[]): Promise<void>;
  /** They were not given back after all. */
  abstract abandonReplay(ids: readonly string[]): Promise<void>;
  /** Forgets those that were given up before; returns how many. */
  abstract deleteOlderThan(instant: Date): Promise<number>;
  /** Forgets those that are about a person; returns how many. */
  abstract eraseUser(userId: string): Promise<number>;
}

/** The way back to their topics. */
export abstract class DeadLetterReturn {
  /** Durable on the bus when resolved. */
  abstract send(letters: readonly ArrivedDeadLetter[]): Promise<void>;
}
