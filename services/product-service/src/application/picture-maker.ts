import type { PictureSize } from '../domain/upload.js';

/** What a file really is, whatever was said of it. */
export interface PictureFacts {
  /** Such as image/png, by its bytes; undefined for no picture, or one of another type. */
  readonly contentType: string | undefined;
  /** Pixels of the longer side. */
  readonly longerSide: number;
  readonly pixels: number;
}

/** One file a picture is served in. */
export interface PictureFile {
  /** Such as 2k.avif. */
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Reads pictures and makes smaller ones. */
export abstract class PictureMaker {
  /** Reads the beginning only; never throws for a file that is no picture. */
  abstract inspect(file: Uint8Array): Promise<PictureFacts>;
  /**
   * The picture in the sizes, upright and without anything but its pixels: no place, camera or time (EXIF, XMP).
   * @throws DomainError VALIDATION_FAILED for a file that cannot be read
   */
  abstract make(file: Uint8Array, sizes: readonly PictureSize[]): AsyncIterable<PictureFile>;
}
