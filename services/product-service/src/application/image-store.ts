import type { ImageFile } from '../domain/image-file.js';

/** Keeps pictures where browsers can get them. */
export abstract class ImageStore {
  /**
   * Keeps the picture, over one that has its key, and gives its public URL.
   * @throws DomainError SERVICE_UNAVAILABLE when it cannot be kept now
   */
  abstract put(file: ImageFile): Promise<string>;
  /** The public address of a file of the bucket. */
  abstract addressOf(key: string): string;
  /** Whether the address is below the one where users' pictures are. */
  abstract isUpload(address: string): boolean;
  /** Whether the address is one that {@link put} could have given. */
  abstract serves(address: string): boolean;
}
