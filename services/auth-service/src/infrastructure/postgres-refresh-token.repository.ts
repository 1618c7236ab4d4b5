import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { RefreshTokenRepository } from '../application/ports.js';
import type { RefreshToken } from '../domain/refresh-token.js';
import type { AuthTables } from './auth.tables.js';
import { lockSession } from './session-lock.js';

const CLEANUP_BATCH = 1000;

/** Refresh tokens in auth_db. */
@Injectable()
export class PostgresRefreshTokenRepository extends RefreshTokenRepository {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async insert(hash: Uint8Array, token: RefreshToken, issuedAt: Date): Promise<void> {
    await this.database.query
      .insertInto('refresh_tokens')
      .values({
        hash,
        session_id: token.sessionId,
        user_id: token.userId,
        issued_at: issuedAt,
        expires_at: token.expiresAt,
        used_at: null,
      })
      .execute();
  }

  async lock(hash: Uint8Array): Promise<RefreshToken | undefined> {
    const { query } = this.database;
    const known = await query
      .selectFrom('refresh_tokens')
      .select('session_id')
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (known === undefined) return undefined;
    await lockSession(query, known.session_id);
    // Read only now: whoever held the lock may have used the token or ended its session.
    const row = await query
      .selectFrom('refresh_tokens')
      .selectAll()
      .where('hash', '=', hash)
      .executeTakeFirst();
    return (
      row && {
        sessionId: row.session_id,
        userId: row.user_id,
        expiresAt: row.expires_at,
        ...(row.used_at !== null && { usedAt: row.used_at }),
      }
    );
  }

  async markUsed(hash: Uint8Array, at: Date): Promise<void> {
    await this.database.query
      .updateTable('refresh_tokens')
      .set({ used_at: at })
      .where('hash', '=', hash)
      .where('used_at', 'is', null)
      .execute();
  }

  async deleteSession(sessionId: string): Promise<void> {
    const { query } = this.database;
    await lockSession(query, sessionId);
    await query.deleteFrom('refresh_tokens').where('session_id', '=', sessionId).execute();
    await query.deleteFrom('sessions').where('session_id', '=', sessionId).execute();
  }

  async deleteExpired(before: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('refresh_tokens')
      .where('hash', 'in', (old) =>
        old.selectFrom('refresh_tokens').select('hash').where('expires_at', '<', before).limit(CLEANUP_BATCH),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
