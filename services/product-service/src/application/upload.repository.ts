import type { Upload, UploadKind } from '../domain/upload.js';

/** An upload whose variants a worker makes now. */
export interface UploadJob extends Upload {
  /** This one included. */
  readonly attempts: number;
}

/** Uploads and the jobs that make their variants. */
export abstract class UploadRepository {
  abstract add(upload: Omit<Upload, 'status' | 'variants' | 'failure' | 'createdAt'>): Promise<Upload>;
  /** Not one that is being deleted. */
  abstract find(id: string): Promise<Upload | undefined>;
  /** How many files of an owner have not come yet. */
  abstract countAwaiting(ownerId: string): Promise<number>;
  /** Makes the file a job for the workers; nothing for one that is no longer awaited. */
  abstract enqueue(id: string): Promise<void>;
  /** The next job nobody works on; it is this worker's for `leaseMs`. */
  abstract claim(leaseMs: number): Promise<UploadJob | undefined>;
  abstract finish(id: string, variants: readonly string[]): Promise<void>;
  abstract fail(id: string, reason: string): Promise<void>;
  abstract retry(id: string, afterMs: number): Promise<void>;
  /** Of the addresses, those that are pictures of the kind (and owner), and stay so until the end of the transaction. */
  abstract usable(
    kind: UploadKind,
    addresses: readonly string[],
    ownerId: string | undefined,
  ): Promise<ReadonlySet<string>>;
  /** Notes that another service is about to show the owner's pictures: they stay as if they had been uploaded now. */
  abstract noteChecked(kind: UploadKind, addresses: readonly string[], ownerId: string): Promise<void>;
  /** Notes which avatar the owner's profile shows; undefined for none. */
  abstract showAvatar(ownerId: string, address: string | undefined): Promise<void>;
  /** What an owner has announced or brought, the oldest first; not what is being deleted. */
  abstract of(ownerId: string): Promise<Upload[]>;
  /** Gives up what of an owner's nothing shows; gives how many. */
  abstract giveUpUnshownOf(ownerId: string): Promise<number>;
  /** Gives up an upload unless something shows it; false when something does. */
  abstract giveUp(id: string): Promise<boolean>;
  /**
   * Gives up at most `limit` uploads that came, and were checked, before the moment and that nothing shows, or whose file
   * never came;
   * gives how many it looked at.
   */
  abstract giveUpOrphans(before: Date, limit: number): Promise<number>;
  /** Uploads that are given up and whose files are still to be removed. */
  abstract givenUp(limit: number): Promise<Upload[]>;
  /** Forgets uploads whose files are removed. */
  abstract forget(ids: readonly string[]): Promise<void>;
  /** Jobs that wait or run. */
  abstract countJobs(): Promise<number>;
}
