import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { SessionRepository, type SignedInDevice } from '../application/ports.js';
import type { AuthTables } from './auth.tables.js';
import { lockSession } from './session-lock.js';

/** The sessions of every user, in auth_db. */
@Injectable()
export class PostgresSessionRepository extends SessionRepository {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async keep(
    session: Omit<SignedInDevice, 'createdAt'> & { userId: string; remember: boolean; expiresAt: Date },
  ): Promise<void> {
    const seen = {
      user_agent: session.userAgent,
      network: session.network,
      last_seen_at: session.lastSeenAt,
      expires_at: session.expiresAt,
    };
    await this.database.query
      .insertInto('sessions')
      .values({
        session_id: session.sessionId,
        user_id: session.userId,
        remember: session.remember,
        created_at: session.lastSeenAt,
        ...seen,
      })
      .onConflict((conflict) => conflict.column('session_id').doUpdateSet(seen))
      .execute();
  }

  async isRemembered(sessionId: string): Promise<boolean> {
    const row = await this.database.query
      .selectFrom('sessions')
      .select('remember')
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    return row?.remember ?? false;
  }

  async list(userId: string, now: Date, limit: number): Promise<SignedInDevice[]> {
    const rows = await this.database.query
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_at', '>', now)
      .orderBy('last_seen_at', 'desc')
      .orderBy('session_id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      sessionId: row.session_id,
      userAgent: row.user_agent,
      network: row.network,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
    }));
  }

  async lockOwn(sessionId: string, userId: string, now: Date): Promise<boolean> {
    const { query } = this.database;
    await lockSession(query, sessionId);
    const row = await query
      .selectFrom('sessions')
      .select('session_id')
      .where('session_id', '=', sessionId)
      .where('user_id', '=', userId)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return row !== undefined;
  }

  async lockAll(userId: string): Promise<string[]> {
    const { query } = this.database;
    const known = await query
      .selectFrom('refresh_tokens')
      .select('session_id')
      .where('user_id', '=', userId)
      .union((both) => both.selectFrom('sessions').select('session_id').where('user_id', '=', userId))
      .execute();
    // In one order for everybody, so that two who end many sessions cannot wait for each other.
    const ids = known.map((row) => row.session_id).sort();
    for (const id of ids) await lockSession(query, id);
    return ids;
  }

  async deleteAll(userId: string, keep?: string): Promise<string[]> {
    const { query } = this.database;
    const ids = (await this.lockAll(userId)).filter((id) => id !== keep);
    if (ids.length === 0) return [];
    await query.deleteFrom('refresh_tokens').where('session_id', 'in', ids).execute();
    await query.deleteFrom('sessions').where('session_id', 'in', ids).execute();
    return ids;
  }

  async deleteExpired(before: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('sessions')
      .where('expires_at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
