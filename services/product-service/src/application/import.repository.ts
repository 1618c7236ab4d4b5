import type { PageRequest } from '@vici/database';
import type {
  ImportCounts,
  ImportFault,
  ImportFormat,
  ImportStatus,
  ProductImport,
} from '../domain/product-import.js';

/** What one batch of records came to. */
export interface ImportProgress {
  readonly records: number;
  readonly counts: ImportCounts;
  readonly faults: readonly ImportFault[];
}

/** Imports, their progress and their faults. */
export abstract class ImportRepository {
  abstract add(
    id: string,
    format: ImportFormat,
    dryRun: boolean,
    requestedBy: string | undefined,
  ): Promise<ProductImport>;
  abstract find(id: string): Promise<ProductImport | undefined>;
  /** Makes it a job for the workers; false for one that is no longer awaited. */
  abstract start(id: string): Promise<boolean>;
  /** Ends one that is not over yet; nothing for another. */
  abstract end(
    id: string,
    status: Exclude<ImportStatus, 'AWAITING' | 'RUNNING'>,
    failure?: string,
  ): Promise<void>;
  /** The longest waiting import that is in nobody's hands; it is the caller's for `leaseMs`. */
  abstract claim(leaseMs: number): Promise<ProductImport | undefined>;
  /**
   * Adds what a batch came to and prolongs the lease, in the transaction that wrote the batch.
   * @param processed how far the caller believes it to be
   * @returns false when it was cancelled, or somebody else has taken it up: the batch must not be written
   */
  abstract advance(
    id: string,
    processed: number,
    progress: ImportProgress,
    leaseMs: number,
  ): Promise<boolean>;
  /** Lets the next worker take it up at once. */
  abstract release(id: string): Promise<void>;
  abstract faults(id: string, page: PageRequest): Promise<ImportFault[]>;
  abstract countFaults(id: string): Promise<number>;
  /** Forgets imports that are older than this and not running; gives their ids. */
  abstract forgetOlderThan(moment: Date): Promise<string[]>;
}
