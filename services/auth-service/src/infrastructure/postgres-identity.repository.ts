import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { IdentityRepository, type LinkedIdentity } from '../application/oidc.ports.js';
import type { Identity } from '../domain/identity.js';
import type { AuthTables } from './auth.tables.js';

/** Identities and their accounts, in auth_db. */
@Injectable()
export class PostgresIdentityRepository extends IdentityRepository {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async ownerOf({ issuer, subject }: Identity): Promise<string | undefined> {
    const row = await this.database.query
      .selectFrom('identities')
      .select('user_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row?.user_id;
  }

  async link(identity: Identity, userId: string, at: Date): Promise<boolean> {
    const { issuer, subject } = identity;
    await this.database.query
      .insertInto('identities')
      .values({ issuer, subject, user_id: userId, created_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.ownerOf(identity)) === userId;
  }

  async of(userId: string): Promise<LinkedIdentity[]> {
    return await this.database.query
      .selectFrom('identities')
      .select(['id', 'issuer', 'created_at as linkedAt'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
  }

  async unlink(id: string): Promise<void> {
    await this.database.query.deleteFrom('identities').where('id', '=', id).execute();
  }
}
