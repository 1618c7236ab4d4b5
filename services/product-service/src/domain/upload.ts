import { DomainError, type FieldFault, invalidFields } from '@vici/utils/domain';

/** What a picture is for. */
export type UploadKind = 'avatar' | 'review' | 'product';

/** Where an upload stands; DELETED is one whose files are being removed. */
export type UploadStatus = 'AWAITING' | 'PROCESSING' | 'READY' | 'FAILED' | 'DELETED';

/** A picture of a user. */
export interface Upload {
  readonly id: string;
  readonly kind: UploadKind;
  readonly ownerId: string;
  readonly status: UploadStatus;
  readonly contentType: string;
  /** Bytes of the file, as announced. */
  readonly size: number;
  readonly url: string;
  /** Names of the files it is served in, such as 2k.avif. */
  readonly variants: readonly string[];
  readonly failure: string | undefined;
  readonly createdAt: Date;
}

/** One size a picture is served in: the longer side has at most so many pixels. */
export interface PictureSize {
  readonly name: string;
  readonly pixels: number;
}

/** The picture whose address stands for all. It is there for every picture, however small. */
export const MAIN_VARIANT = '1k.webp';

const THUMBNAIL = { name: 'thumbnail', pixels: 256 };
const ONE_K = { name: '1k', pixels: 1024 };
const SIZES: readonly PictureSize[] = [
  THUMBNAIL,
  ONE_K,
  { name: '2k', pixels: 2048 },
  { name: '4k', pixels: 4096 },
];

const MAX_BYTES: Readonly<Record<UploadKind, number>> = {
  avatar: 5 * 1024 * 1024,
  review: 10 * 1024 * 1024,
  product: 20 * 1024 * 1024,
};

/** The types that are taken; an SVG may hold scripts. */
const CONTENT_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/avif']);

/** More pixels than this are a decompression bomb rather than a picture. */
export const MAX_PIXELS = 50_000_000;

/**
 * Checks what a client announces of a file.
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, VALIDATION_FAILED naming the field
 */
export function checkUpload(kind: UploadKind, contentType: string, size: number): void {
  if (!CONTENT_TYPES.has(contentType))
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'This type of picture is not accepted.', {
      accepted: [...CONTENT_TYPES],
    });
  const faults: FieldFault[] = [];
  if (!Number.isInteger(size) || size < 1)
    faults.push({ field: 'size', message: 'must be the bytes of the file' });
  if (faults.length > 0) throw invalidFields(faults);
  if (size > MAX_BYTES[kind])
    throw new DomainError('PAYLOAD_TOO_LARGE', 'The picture is too large.', { maxBytes: MAX_BYTES[kind] });
}

/** The sizes a picture is made in: never larger than it is, except that its own size stands for the next one up. */
export function sizesFor(kind: UploadKind, longerSide: number): readonly PictureSize[] {
  const possible = kind === 'avatar' ? [THUMBNAIL, ONE_K] : SIZES;
  const enough = possible.findIndex(({ pixels }) => pixels >= longerSide);
  return enough === -1 ? possible : possible.slice(0, Math.max(enough + 1, 2));
}

/** Where the file of an upload waits to be read, in the bucket nobody is served from. */
export function stagingKey(id: string): string {
  return `uploads/${id}`;
}

/** Where a variant is kept, in the bucket that is served. */
export function variantKey({ kind, id }: Pick<Upload, 'kind' | 'id'>, name: string): string {
  return `media/${kind}/${id}/${name}`;
}
