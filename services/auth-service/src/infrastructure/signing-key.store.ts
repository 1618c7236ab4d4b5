import { type Database, sql } from '@vici/database';
import {
  isRotationDue,
  PUBLISHED_AHEAD_MS,
  retiredKeys,
  type SigningKeyTime,
} from '../domain/signing-key.js';
import type { AuthTables } from './auth.tables.js';
import type { SigningKeyCipher, StoredKeyPair } from './signing-key.cipher.js';

/** A stored key and when it begins to sign. */
export type ScheduledKey = SigningKeyTime & {
  readonly publicJwk: unknown;
  readonly encryptedPrivateJwk: Uint8Array;
};

/** How long keys sign, and the tokens they have signed live; in milliseconds. */
export interface KeySchedule {
  readonly periodMs: number;
  readonly tokenLifetimeMs: number;
}

/** The signing keys in auth_db. Whoever changes them does it alone, so that replicas agree on one key. */
export class SigningKeyStore {
  constructor(
    private readonly database: Database<AuthTables>,
    private readonly cipher: SigningKeyCipher,
  ) {}

  async all(): Promise<ScheduledKey[]> {
    const rows = await this.database.query.selectFrom('signing_keys').selectAll().execute();
    return rows.map((row) => ({
      kid: row.kid,
      activatesAt: row.activates_at,
      publicJwk: row.public_jwk,
      encryptedPrivateJwk: row.private_jwk_encrypted,
    }));
  }

  /** Makes the next key where it is due, removes those that are over, and gives what there is then. */
  async rotateIfDue(now: Date, schedule: KeySchedule): Promise<ScheduledKey[]> {
    const known = await this.all();
    if (
      !isRotationDue(known, now, schedule.periodMs) &&
      retiredKeys(known, now, schedule.tokenLifetimeMs).length === 0
    )
      return known;
    return await this.alone(async () => {
      const keys = await this.all();
      await this.remove(retiredKeys(keys, now, schedule.tokenLifetimeMs));
      // The first key of all signs at once: there is nothing it could be confused with.
      const activatesAt = keys.length === 0 ? now : new Date(now.getTime() + PUBLISHED_AHEAD_MS);
      if (isRotationDue(keys, now, schedule.periodMs))
        await this.insert(await this.cipher.newPair(), now, activatesAt);
      return await this.all();
    });
  }

  /** Makes the next key whether or not it is due; gives its name and when it begins to sign. */
  async rotate(now: Date): Promise<SigningKeyTime> {
    return await this.alone(async () => {
      const activatesAt = new Date(now.getTime() + PUBLISHED_AHEAD_MS);
      return await this.insert(await this.cipher.newPair(), now, activatesAt);
    });
  }

  /** Replaces every key by a new one that signs at once; what the old ones have signed is worth nothing any more. */
  async replaceAll(now: Date): Promise<SigningKeyTime> {
    return await this.alone(async () => {
      await this.database.query.deleteFrom('signing_keys').execute();
      return await this.insert(await this.cipher.newPair(), now, now);
    });
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    return await this.database.transaction(async () => {
      await sql`select pg_advisory_xact_lock(hashtext('signing_keys'))`.execute(this.database.query);
      return await work();
    });
  }

  private async insert(pair: StoredKeyPair, createdAt: Date, activatesAt: Date): Promise<SigningKeyTime> {
    await this.database.query
      .insertInto('signing_keys')
      .values({
        kid: pair.kid,
        public_jwk: pair.publicJwk,
        private_jwk_encrypted: pair.encryptedPrivateJwk,
        created_at: createdAt,
        activates_at: activatesAt,
      })
      .execute();
    return { kid: pair.kid, activatesAt };
  }

  private async remove(keys: readonly SigningKeyTime[]): Promise<void> {
    if (keys.length === 0) return;
    const kids = keys.map(({ kid }) => kid);
    await this.database.query.deleteFrom('signing_keys').where('kid', 'in', kids).execute();
  }
}
