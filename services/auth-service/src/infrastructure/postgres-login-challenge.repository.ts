import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type LoginChallenge, LoginChallengeRepository } from '../application/two-factor.repository.js';
import type { AuthTables } from './auth.tables.js';

/** Logins that wait for their second factor, in auth_db. */
@Injectable()
export class PostgresLoginChallengeRepository extends LoginChallengeRepository {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async add(hash: Uint8Array, challenge: LoginChallenge, expiresAt: Date): Promise<void> {
    await this.database.query
      .insertInto('login_challenges')
      .values({
        hash,
        user_id: challenge.userId,
        password_hash: challenge.passwordHash ?? null,
        remember: challenge.remember,
        shopper_session_id: challenge.shopperSessionId ?? null,
        expires_at: expiresAt,
      })
      .execute();
  }

  async find(hash: Uint8Array, now: Date): Promise<LoginChallenge | undefined> {
    const row = await this.database.query
      .selectFrom('login_challenges')
      .selectAll()
      .where('hash', '=', hash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return (
      row && {
        userId: row.user_id,
        passwordHash: row.password_hash ?? undefined,
        remember: row.remember,
        shopperSessionId: row.shopper_session_id ?? undefined,
      }
    );
  }

  async use(hash: Uint8Array): Promise<boolean> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('login_challenges')
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  async deleteExpired(before: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('login_challenges')
      .where('expires_at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
