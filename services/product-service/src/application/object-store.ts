import type { Readable } from 'node:stream';

/** Where a client puts a file, and what it has to send with it. */
export interface UploadTarget {
  readonly url: string;
  /** Signed: a PUT with others, or of another length, is refused. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

/** The two buckets: pictures that browsers get, and files that clients put and only Vici reads. */
export type Bucket = 'media' | 'staging';

/** Files in object storage. Everything throws DomainError SERVICE_UNAVAILABLE when the storage does not answer. */
export abstract class ObjectStore {
  /** Lets a client put one file of exactly this type and length into the staging bucket. */
  abstract target(key: string, contentType: string, size: number): Promise<UploadTarget>;
  /** Bytes of a file; undefined where there is none. */
  abstract size(bucket: Bucket, key: string): Promise<number | undefined>;
  /** A file, as a stream. @throws DomainError NOT_FOUND */
  abstract read(bucket: Bucket, key: string): Promise<Readable>;
  abstract put(bucket: Bucket, key: string, contentType: string, content: Uint8Array): Promise<void>;
  /** Removes the files; ones that are not there are no fault. */
  abstract remove(bucket: Bucket, keys: readonly string[]): Promise<void>;
}
