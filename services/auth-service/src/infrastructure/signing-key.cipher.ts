import { randomBytes } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { SecretCipher } from './secret.cipher.js';

export const SIGNING_ALGORITHM = 'EdDSA';
const KID_BYTES = 12;

const publicJwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  alg: z.literal(SIGNING_ALGORITHM),
  use: z.literal('sig'),
});
const privateJwkSchema = publicJwkSchema.extend({ d: z.string() });

/** A key pair as it is stored: the private half encrypted. */
export interface StoredKeyPair {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly encryptedPrivateJwk: Uint8Array;
}

/** The public half of a stored pair. @throws ZodError when it is none of Vici's */
export function publicJwkOf(stored: unknown): JWK {
  return publicJwkSchema.parse(stored);
}

/** Makes signing keys, and keeps their private halves encrypted wherever they are stored. */
export class SigningKeyCipher {
  readonly #cipher: SecretCipher;

  /** @param secret AUTH_KEY_ENCRYPTION_KEY */
  constructor(secret: string) {
    this.#cipher = new SecretCipher(secret);
  }

  /** A new Ed25519 pair under a name of its own. */
  async newPair(): Promise<StoredKeyPair> {
    const pair = await generateKeyPair(SIGNING_ALGORITHM, { crv: 'Ed25519', extractable: true });
    const kid = randomBytes(KID_BYTES).toString('base64url');
    const shared = { kid, alg: SIGNING_ALGORITHM, use: 'sig' } as const;
    return {
      kid,
      publicJwk: { ...(await exportJWK(pair.publicKey)), ...shared },
      encryptedPrivateJwk: this.#cipher.encrypt(
        JSON.stringify({ ...(await exportJWK(pair.privateKey)), ...shared }),
      ),
    };
  }

  /** The private half, ready to sign. @throws Error when it was encrypted with another secret */
  async privateKey(encrypted: Uint8Array): Promise<CryptoKey> {
    const key = await importJWK(
      privateJwkSchema.parse(JSON.parse(this.#cipher.decrypt(encrypted))),
      SIGNING_ALGORITHM,
    );
    if (key instanceof Uint8Array) throw new Error('The signing key is not an asymmetric key');
    return key;
  }
}
