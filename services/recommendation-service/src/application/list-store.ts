import type { ListEntry } from '../domain/fallback-chain.js';
import type { ChangedLists } from './list-authority.js';

/** One key to be written; the whole value replaces what was there, unless it says otherwise. */
export type ListWrite =
  | {
      readonly type: 'sorted-set';
      readonly key: string;
      readonly entries: readonly ListEntry[];
      readonly ttlSeconds: number;
    }
  | {
      readonly type: 'list';
      readonly key: string;
      readonly values: readonly string[];
      readonly ttlSeconds: number;
    }
  | {
      readonly type: 'hash';
      readonly key: string;
      readonly fields: Readonly<Record<string, string | number>>;
      readonly ttlSeconds?: number;
    }
  | { readonly type: 'value'; readonly key: string; readonly value: string }
  /** Adds to the set. */
  | { readonly type: 'members'; readonly key: string; readonly members: readonly string[] };

/** The computed lists where other readers find them, too. */
export abstract class ListStore {
  /** The sorted sets of the keys, best first, in one round trip; empty where there is none. */
  abstract read(keys: readonly string[]): Promise<ListEntry[][]>;
  /** Writes each key as a whole; a reader never sees one half written. */
  abstract write(writes: readonly ListWrite[]): Promise<void>;
  /** Tells whoever listens now that these shoppers' lists have changed; nobody is told later. */
  abstract announce(changed: ChangedLists): Promise<void>;
}
