import { DomainError, invalidField } from '@vici/utils/domain';

/** A picture that may be kept. */
export interface ImageFile {
  /** Path inside the bucket. */
  readonly key: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_KEY = 200;
/** Folders and a file name of small letters, digits, hyphens, underscores and single dots; nothing hidden, nothing above. */
const KEY_PATTERN = /^(?:[a-z0-9][a-z0-9_-]*\/)*[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*\.([a-z]+)$/i;

interface ImageFormat {
  readonly extensions: readonly string[];
  /** Whether the bytes begin as this format does. */
  readonly matches: (content: Uint8Array) => boolean;
}

const FORMATS: Readonly<Record<string, ImageFormat>> = {
  'image/png': { extensions: ['png'], matches: (content) => bytesAt(content, 0, 8) === '\x89PNG\r\n\x1a\n' },
  'image/jpeg': {
    extensions: ['jpg', 'jpeg'],
    matches: (content) => bytesAt(content, 0, 3) === '\xff\xd8\xff',
  },
  'image/webp': {
    extensions: ['webp'],
    matches: (content) => bytesAt(content, 0, 4) === 'RIFF' && bytesAt(content, 8, 4) === 'WEBP',
  },
  'image/avif': {
    extensions: ['avif'],
    matches: (content) => bytesAt(content, 4, 4) === 'ftyp' && /^avi[fs]$/.test(bytesAt(content, 8, 4)),
  },
  'image/svg+xml': {
    extensions: ['svg'],
    matches: (content) => new TextDecoder().decode(content.subarray(0, 1024)).includes('<svg'),
  },
};

function bytesAt(content: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...content.subarray(start, start + length));
}

/**
 * Checks a picture to be kept: its type must be allowed, and be what the key and the bytes say.
 * An SVG may hold scripts that run on the shop's pages, so it is taken only from callers who are `trusted`.
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, VALIDATION_FAILED naming the field
 */
export function checkedImageFile(file: ImageFile, trusted: boolean): ImageFile {
  const { key, contentType, content } = file;
  const format = Object.hasOwn(FORMATS, contentType) ? FORMATS[contentType] : undefined;
  if (format === undefined || (contentType === 'image/svg+xml' && !trusted)) {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'This type of picture is not accepted.', {
      accepted: Object.keys(FORMATS).filter((type) => trusted || type !== 'image/svg+xml'),
    });
  }
  if (content.byteLength > MAX_BYTES) {
    throw new DomainError('PAYLOAD_TOO_LARGE', 'A picture may have at most 2 MB.', { maxBytes: MAX_BYTES });
  }
  const extension = KEY_PATTERN.exec(key)?.[1]?.toLowerCase();
  if (key.length > MAX_KEY || extension === undefined)
    throw invalidField('key', 'must be a path such as products/chair-0.png');
  if (!format.extensions.includes(extension))
    throw invalidField('key', `must end in .${format.extensions.join(' or .')} for ${contentType}`);
  if (!format.matches(content)) throw invalidField('content', `is not ${contentType}`);
  return file;
}

/** Whether a picture is served at the address, when those of the bucket are at `publicUrl`. */
export function isImageAddressOf(publicUrl: string, address: string): boolean {
  const prefix = `${publicUrl.replace(/\/+$/, '')}/`;
  if (!address.startsWith(prefix)) return false;
  const key = address.slice(prefix.length);
  if (key.length > MAX_KEY) return false;
  const extension = KEY_PATTERN.exec(key)?.[1]?.toLowerCase() ?? '';
  return Object.values(FORMATS).some(({ extensions }) => extensions.includes(extension));
}
