import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { CONFIG } from '@vici/utils';
import { type TwoFactor, TwoFactorRepository } from '../application/two-factor.repository.js';
import type { AuthConfig } from '../auth.config.js';
import type { AuthTables } from './auth.tables.js';
import { SecretCipher } from './secret.cipher.js';

/** Second factors in auth_db; the secrets are encrypted for their account. */
@Injectable()
export class PostgresTwoFactorRepository extends TwoFactorRepository {
  readonly #cipher: SecretCipher;

  constructor(
    @Inject(Database) private readonly database: Database<AuthTables>,
    @Inject(CONFIG) config: AuthConfig,
  ) {
    super();
    this.#cipher = new SecretCipher(config.AUTH_KEY_ENCRYPTION_KEY);
  }

  async find(userId: string): Promise<TwoFactor | undefined> {
    const row = await this.database.query
      .selectFrom('two_factors')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return (
      row && {
        secret: this.#cipher.decrypt(row.secret_encrypted, userId),
        ...(row.confirmed_at !== null && { confirmedAt: row.confirmed_at }),
      }
    );
  }

  async enrol(userId: string, secret: string): Promise<boolean> {
    const fresh = { secret_encrypted: this.#cipher.encrypt(secret, userId), last_step: null };
    const { numInsertedOrUpdatedRows } = await this.database.query
      .insertInto('two_factors')
      .values({ user_id: userId, confirmed_at: null, ...fresh })
      .onConflict((conflict) =>
        conflict.column('user_id').doUpdateSet(fresh).where('two_factors.confirmed_at', 'is', null),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  async confirm(userId: string, at: Date): Promise<void> {
    const { query } = this.database;
    await query.updateTable('two_factors').set({ confirmed_at: at }).where('user_id', '=', userId).execute();
    await this.setAsked(userId, true);
  }

  async takeStep(userId: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.database.query
      .updateTable('two_factors')
      .set({ last_step: step })
      .where('user_id', '=', userId)
      .where((fits) => fits.or([fits('last_step', 'is', null), fits('last_step', '<', BigInt(step))]))
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  async remove(userId: string): Promise<void> {
    const { query } = this.database;
    await query.deleteFrom('two_factors').where('user_id', '=', userId).execute();
    await query.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    await this.setAsked(userId, false);
  }

  async replaceRecoveryCodes(userId: string, hashes: readonly Uint8Array[]): Promise<void> {
    const { query } = this.database;
    await query.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    await query
      .insertInto('recovery_codes')
      .values(hashes.map((hash) => ({ user_id: userId, hash })))
      .execute();
  }

  async useRecoveryCode(userId: string, hash: Uint8Array): Promise<boolean> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('recovery_codes')
      .where('user_id', '=', userId)
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  async countRecoveryCodes(userId: string): Promise<number> {
    const { total } = await this.database.query
      .selectFrom('recovery_codes')
      .select((count) => count.fn.countAll<bigint>().as('total'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(total);
  }

  /** Noted with the account, which every sign-in reads anyway. */
  private async setAsked(userId: string, asked: boolean): Promise<void> {
    await this.database.query
      .updateTable('accounts')
      .set({ two_factor: asked })
      .where('user_id', '=', userId)
      .execute();
  }
}
