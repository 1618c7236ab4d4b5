import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what is stored and has to be read again (AES-256-GCM), with AUTH_KEY_ENCRYPTION_KEY. */
export class SecretCipher {
  readonly #key: Uint8Array;

  constructor(secret: string) {
    this.#key = createHash('sha256').update(secret).digest();
  }

  /** @param owner whose it is: read as somebody else's, it is refused */
  encrypt(text: string, owner = ''): Uint8Array {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(owner));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
  }

  /** @throws Error when it was encrypted with another secret, or for somebody else */
  decrypt(encrypted: Uint8Array, owner = ''): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, encrypted.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(owner))
      .setAuthTag(encrypted.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = decipher.update(encrypted.subarray(IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new Error('What is stored was encrypted with another AUTH_KEY_ENCRYPTION_KEY', { cause });
    }
  }
}
