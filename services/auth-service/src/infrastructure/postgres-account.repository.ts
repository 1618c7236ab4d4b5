import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import type { Selectable } from 'kysely';
import { AccountRepository, type KnownAccount } from '../application/ports.js';
import type { Account } from '../domain/account.js';
import type { EmailAddress } from '../domain/email.js';
import type { AuthTables } from './auth.tables.js';

/** Accounts in auth_db. */
@Injectable()
export class PostgresAccountRepository extends AccountRepository {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async insert(account: Account, email: EmailAddress, passwordHash: string | undefined): Promise<boolean> {
    const inserted = await this.database.query
      .insertInto('accounts')
      .values({
        user_id: account.userId,
        email: account.email,
        email_normalized: email.normalized,
        password_hash: passwordHash ?? null,
        first_name: account.firstName,
        last_name: account.lastName,
        role: account.role,
        email_verified: account.emailVerified,
        created_at: account.createdAt,
        updated_at: account.updatedAt,
      })
      .onConflict((conflict) => conflict.constraint('accounts_email').doNothing())
      .executeTakeFirstOrThrow();
    return inserted.numInsertedOrUpdatedRows === 1n;
  }

  async findByEmail(email: EmailAddress): Promise<KnownAccount | undefined> {
    const row = await this.database.query
      .selectFrom('accounts')
      .selectAll()
      .where('email_normalized', '=', email.normalized)
      .executeTakeFirst();
    return toKnown(row);
  }

  async findById(userId: string): Promise<KnownAccount | undefined> {
    return toKnown(await this.byId(userId).executeTakeFirst());
  }

  async hold(userId: string): Promise<KnownAccount | undefined> {
    return toKnown(await this.byId(userId).forShare().executeTakeFirst());
  }

  async holdAgainstSignIn(userId: string): Promise<KnownAccount | undefined> {
    // Not `for update`: a refresh under way notes its token with a key share of the account.
    return toKnown(await this.byId(userId).forNoKeyUpdate().executeTakeFirst());
  }

  async setPassword(userId: string, passwordHash: string, at: Date, expected?: string): Promise<boolean> {
    let update = this.database.query
      .updateTable('accounts')
      .set({ password_hash: passwordHash, updated_at: at })
      .where('user_id', '=', userId);
    if (expected !== undefined) update = update.where('password_hash', '=', expected);
    const { numUpdatedRows } = await update.executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  async find(userIds: readonly string[]): Promise<Account[]> {
    if (userIds.length === 0) return [];
    const rows = await this.database.query
      .selectFrom('accounts')
      .selectAll()
      .where('user_id', 'in', userIds)
      .execute();
    return rows.map(toAccount);
  }

  async addVerificationToken(userId: string, hash: Uint8Array, expiresAt: Date): Promise<void> {
    await this.database.query
      .insertInto('verification_tokens')
      .values({ user_id: userId, hash, expires_at: expiresAt })
      .execute();
  }

  async verifyEmail(hash: Uint8Array, now: Date): Promise<string | undefined> {
    const row = await this.database.query
      .with('used', (used) => used.deleteFrom('verification_tokens').where('hash', '=', hash).returningAll())
      .updateTable('accounts')
      .from('used')
      .set({ email_verified: true, updated_at: now })
      .whereRef('accounts.user_id', '=', 'used.user_id')
      .where('used.expires_at', '>', now)
      .returning('accounts.user_id')
      .executeTakeFirst();
    return row?.user_id;
  }

  async deleteExpiredVerifications(before: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('verification_tokens')
      .where('expires_at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  private byId(userId: string) {
    return this.database.query.selectFrom('accounts').selectAll().where('user_id', '=', userId);
  }
}

function toKnown(row: Selectable<AuthTables['accounts']> | undefined): KnownAccount | undefined {
  return row && { account: toAccount(row), passwordHash: row.password_hash ?? undefined };
}

/** The account of a row. */
export function toAccount(row: Selectable<AuthTables['accounts']>): Account {
  return {
    userId: row.user_id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    role: row.role,
    emailVerified: row.email_verified,
    blocked: row.blocked_at !== null,
    twoFactor: row.two_factor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
