import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { AccountSessions } from '../application/account-sessions.js';
import { AccountRepository } from '../application/ports.js';
import type { AuthTables } from './auth.tables.js';

/**
 * Account, devices and linked identities of a person. The audit log keeps privileged acts by user id, which without the
 * account leads to nobody.
 */
@Injectable()
export class AuthPersonalData extends PersonalData {
  readonly service = 'auth-service';

  constructor(
    @Inject(Database) private readonly database: Database<AuthTables>,
    private readonly accounts: AccountRepository,
    private readonly sessions: AccountSessions,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const { query } = this.database;
    const accounts = await query
      .selectFrom('accounts')
      .select(['email', 'first_name', 'last_name', 'role', 'email_verified', 'two_factor', 'created_at'])
      .where('user_id', '=', userId)
      .execute();
    for (const account of accounts) yield { section: 'account', record: { ...account } };
    const devices = await query
      .selectFrom('sessions')
      .select(['user_agent', 'network', 'created_at', 'last_seen_at'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .execute();
    for (const device of devices) yield { section: 'devices', record: { ...device } };
    const identities = await query
      .selectFrom('identities')
      .select(['issuer', 'subject', 'created_at'])
      .where('user_id', '=', userId)
      .execute();
    for (const identity of identities) yield { section: 'identities', record: { ...identity } };
  }

  async erase(userId: string): Promise<Erasure> {
    // Nobody signs in while the account goes; every session ends on every gateway.
    await this.accounts.holdAgainstSignIn(userId);
    const sessions = await this.sessions.endAll(userId);
    const { numDeletedRows } = await this.database.query
      .deleteFrom('accounts')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const { count } = await this.database.query
      .selectFrom('audit_log')
      .select((row) => row.fn.countAll<bigint>().as('count'))
      .where((row) => row.or([row('actor_id', '=', userId), row('target_id', '=', userId)]))
      .executeTakeFirstOrThrow();
    return {
      erased: { accounts: Number(numDeletedRows), sessions },
      kept:
        count === 0n
          ? []
          : [
              {
                what: 'audit entries',
                count: Number(count),
                reason:
                  'Who did what has to stay provable; they name a user id that leads to nobody any more.',
              },
            ],
    };
  }
}
