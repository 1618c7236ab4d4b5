import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { newId } from '@vici/utils';
import { PasswordResetRepository } from '../application/ports.js';
import type { AuthTables } from './auth.tables.js';

/** Reset requests and tokens in auth_db. */
@Injectable()
export class PostgresPasswordResetRepository extends PasswordResetRepository {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async addRequest(email: string, at: Date): Promise<void> {
    await this.database.query
      .insertInto('password_reset_requests')
      .values({ request_id: newId(), email, requested_at: at })
      .execute();
  }

  async takeRequest(): Promise<{ email: string; requestedAt: Date } | undefined> {
    const row = await this.database.query
      .deleteFrom('password_reset_requests')
      .where('request_id', '=', (oldest) =>
        oldest
          .selectFrom('password_reset_requests')
          .select('request_id')
          .orderBy('requested_at')
          .limit(1)
          .forUpdate()
          .skipLocked(),
      )
      .returning(['email', 'requested_at'])
      .executeTakeFirst();
    return row && { email: row.email, requestedAt: row.requested_at };
  }

  async addToken(userId: string, hash: Uint8Array, expiresAt: Date): Promise<void> {
    await this.database.query
      .insertInto('password_reset_tokens')
      .values({ hash, user_id: userId, expires_at: expiresAt })
      .execute();
  }

  async ownerOf(hash: Uint8Array, now: Date): Promise<string | undefined> {
    const row = await this.database.query
      .selectFrom('password_reset_tokens')
      .select('user_id')
      .where('hash', '=', hash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return row?.user_id;
  }

  async useToken(hash: Uint8Array, now: Date): Promise<boolean> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('password_reset_tokens')
      .where('hash', '=', hash)
      .where('expires_at', '>', now)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  async deleteTokensOf(userId: string): Promise<void> {
    await this.database.query.deleteFrom('password_reset_tokens').where('user_id', '=', userId).execute();
  }

  async deleteExpired(before: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('password_reset_tokens')
      .where('expires_at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
