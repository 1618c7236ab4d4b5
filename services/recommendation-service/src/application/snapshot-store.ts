import type { Column } from '../domain/columns.js';
import type { LogPositions } from './index-log.js';

/** What an index was put away from. */
export interface SnapshotOrigin {
  /** Of the logs, see {@link IndexLog.identity}. */
  readonly logs: string;
  readonly settings: Readonly<Record<string, number>>;
  /** Up to where the logs were followed. */
  readonly positions: Pick<LogPositions, 'interactions' | 'basketLines' | 'erasures'>;
}

/** The index as it was at one moment, without the products. */
export interface IndexSnapshot extends SnapshotOrigin {
  readonly columns: readonly Column[];
}

/** A snapshot that cannot be read; the message says why. */
export class SnapshotFault extends Error {
  override readonly name = 'SnapshotFault';
}

/** How often the index is put away, and how many of the last snapshots are kept. */
export abstract class SnapshotPolicy {
  abstract readonly everyMs: number;
  abstract readonly kept: number;
}

/** Where snapshots are kept. */
export abstract class SnapshotStore {
  /** False: there is no such place, and nothing else may be called. */
  abstract readonly isSet: boolean;
  /** The newest first. */
  abstract list(): Promise<StoredSnapshot[]>;
  /** @throws SnapshotFault when it is damaged or of another version */
  abstract read(name: string): Promise<IndexSnapshot>;
  /** Gives its name and its size in bytes. */
  abstract write(
    snapshot: IndexSnapshot,
    now: Date,
  ): Promise<{ readonly name: string; readonly bytes: number }>;
  abstract remove(names: readonly string[]): Promise<void>;
}

/** A snapshot by its name. */
export interface StoredSnapshot {
  readonly name: string;
  readonly takenAt: Date;
}
