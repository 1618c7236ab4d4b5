import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '@vici/database';
import { Clock, CONFIG } from '@vici/utils';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { sql } from 'kysely';
import { z } from 'zod';
import type { AuthConfig } from '../auth.config.js';
import type { AuthTables } from './auth.tables.js';

export const SIGNING_ALGORITHM = 'EdDSA';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const publicJwkSchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  alg: z.literal(SIGNING_ALGORITHM),
  use: z.literal('sig'),
});
const privateJwkSchema = publicJwkSchema.extend({ d: z.string() });

/** The keys that sign access tokens: made at the first start, kept encrypted in auth_db, shared by all replicas. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  #current: { kid: string; key: CryptoKey } | undefined;
  #publicKeys: JWK[] = [];
  readonly #encryptionKey: Uint8Array;

  constructor(
    @Inject(Database) private readonly database: Database<AuthTables>,
    private readonly clock: Clock,
    @Inject(CONFIG) config: AuthConfig,
  ) {
    this.#encryptionKey = createHash('sha256').update(config.AUTH_KEY_ENCRYPTION_KEY).digest();
  }

  /** Loads the keys, making the first one where there is none; replicas that start together agree on it. */
  async onModuleInit(): Promise<void> {
    await this.database.transaction(async () => {
      await sql`select pg_advisory_xact_lock(hashtext('signing_keys'))`.execute(this.database.query);
      const stored = await this.stored();
      const rows = stored.length > 0 ? stored : [await this.create()];
      const newest = rows[0];
      if (newest === undefined) throw new Error('There is no signing key');
      this.#publicKeys = rows.map((row) => publicJwkSchema.parse(row.public_jwk));
      this.#current = { kid: newest.kid, key: await this.decrypt(newest.private_jwk_encrypted) };
    });
  }

  /** The key that signs now. */
  current(): { kid: string; key: CryptoKey } {
    if (this.#current === undefined) throw new Error('The signing keys are not loaded yet');
    return this.#current;
  }

  /** Every key whose tokens may still be around. */
  publicKeys(): readonly JWK[] {
    return this.#publicKeys;
  }

  private stored() {
    return this.database.query.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').execute();
  }

  private async create() {
    const pair = await generateKeyPair(SIGNING_ALGORITHM, { crv: 'Ed25519', extractable: true });
    const kid = randomBytes(12).toString('base64url');
    const shared = { kid, alg: SIGNING_ALGORITHM, use: 'sig' } as const;
    const row = {
      kid,
      public_jwk: { ...(await exportJWK(pair.publicKey)), ...shared },
      private_jwk_encrypted: this.encrypt({ ...(await exportJWK(pair.privateKey)), ...shared }),
      created_at: this.clock.now(),
    };
    await this.database.query.insertInto('signing_keys').values(row).execute();
    return row;
  }

  private encrypt(jwk: JWK): Uint8Array {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#encryptionKey, iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(jwk), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]);
  }

  private async decrypt(encrypted: Uint8Array): Promise<CryptoKey> {
    const iv = encrypted.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#encryptionKey, iv);
    decipher.setAuthTag(encrypted.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(encrypted.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    const key = await importJWK(privateJwkSchema.parse(JSON.parse(text.toString('utf8'))), SIGNING_ALGORITHM);
    if (key instanceof Uint8Array) throw new Error('The signing key is not an asymmetric key');
    return key;
  }
}
