import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { invalidField } from '@vici/utils';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Levels of a body: no route needs as many, and the stack does not hold any number. */
const MOST_NESTED = 64;

/** What makes two requests the same one. */
export interface RequestIdentity {
  /** Whose key it is: keys of two shoppers never meet. */
  readonly owner: string;
  readonly route: string;
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
}

/**
 * Names and seals what is remembered of a request. Answers can hold tokens and addresses, bodies passwords; both are
 * kept under keys derived (HKDF, RFC 5869) from the client's Idempotency-Key, which itself is stored nowhere. Whoever
 * reads Redis learns neither.
 */
export class RequestFingerprint {
  /** Where the request is remembered. */
  readonly name: string;
  /** Equal for equal path and body, whatever the order of fields. */
  readonly contentHash: string;
  readonly #sealKey: Buffer;

  /** @throws DomainError VALIDATION_FAILED for a body nested deeper than 64 levels */
  constructor({ owner, route, path, key, body }: RequestIdentity) {
    this.name = createHash('sha256')
      .update(JSON.stringify([owner, route, key]))
      .digest('base64url');
    const derived = Buffer.from(hkdfSync('sha256', key, owner, 'vici idempotency', 2 * KEY_BYTES));
    this.#sealKey = derived.subarray(0, KEY_BYTES);
    this.contentHash = createHmac('sha256', derived.subarray(KEY_BYTES))
      .update(JSON.stringify([path, withSortedKeys(body)]))
      .digest('base64url');
  }

  /** AES-256-GCM: nonce, tag, ciphertext. */
  seal(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#sealKey, nonce);
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url');
  }

  /** @throws Error when the text was not sealed by an equal request */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv(CIPHER, this.#sealKey, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plain = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
    return Buffer.concat(plain).toString('utf8');
  }
}

function withSortedKeys(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth === MOST_NESTED) {
    throw invalidField('body', 'is nested too deeply');
  }
  if (Array.isArray(value)) {
    return value.map((entry) => withSortedKeys(entry, depth + 1));
  }
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => [key, withSortedKeys(entry, depth + 1)]);
}
