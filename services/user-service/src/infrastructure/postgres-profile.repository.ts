import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { Selectable } from 'kysely';
import { ProfileRepository } from '../application/profile.repository.js';
import type { Preferences } from '../domain/preferences.js';
import type { Profile, ProfileChange } from '../domain/profile.js';
import type { UserTables } from './user.tables.js';

/** Profiles and preferences in user_db. */
@Injectable()
export class PostgresProfileRepository extends ProfileRepository {
  constructor(@Inject(Database) private readonly database: Database<UserTables>) {
    super();
  }

  async findOrCreate(userId: string): Promise<Profile> {
    const row = await this.database.query
      .selectFrom('profiles')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (row !== undefined) return toProfile(row);
    const { query } = this.database;
    const ignoring = await query
      .with('made', (made) =>
        made
          .insertInto('profiles')
          .values({ user_id: userId })
          .onConflict((on) => on.doNothing())
          .returningAll(),
      )
      .with('preferred', (preferred) =>
        preferred
          .insertInto('preferences')
          .columns(['user_id'])
          .expression((from) => from.selectFrom('made').select('made.user_id')),
      )
      .selectFrom('made')
      .selectAll()
      .executeTakeFirst();
    // Another request made it at the same moment: then it is there now.
    return ignoring === undefined ? await this.findOrCreate(userId) : toProfile(ignoring);
  }

  async recordRegistration(
    userId: string,
    registration: { email: string; firstName: string; lastName: string; registeredAt: Date },
  ): Promise<void> {
    await this.findOrCreate(userId);
    await this.database.query
      .updateTable('profiles')
      .set({
        email: registration.email,
        created_at: registration.registeredAt,
        first_name: sql`case when edited then first_name else ${registration.firstName} end`,
        last_name: sql`case when edited then last_name else ${registration.lastName} end`,
      })
      .where('user_id', '=', userId)
      .execute();
  }

  async markEmailVerified(userId: string): Promise<void> {
    await this.findOrCreate(userId);
    await this.database.query
      .updateTable('profiles')
      .set({ email_verified: true })
      .where('user_id', '=', userId)
      .execute();
  }

  async update(userId: string, change: ProfileChange): Promise<Profile> {
    const row = await this.database.query
      .updateTable('profiles')
      .set({
        ...(change.firstName !== undefined && { first_name: change.firstName, edited: true }),
        ...(change.lastName !== undefined && { last_name: change.lastName }),
        // An empty value clears the field.
        ...(change.phone !== undefined && { phone: change.phone === '' ? null : change.phone }),
        ...(change.avatar !== undefined && { avatar: change.avatar === '' ? null : change.avatar }),
        updated_at: new Date(),
      })
      .where('user_id', '=', userId)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toProfile(row);
  }

  async lock(userId: string): Promise<Profile> {
    await this.findOrCreate(userId);
    const row = await this.database.query
      .selectFrom('profiles')
      .selectAll()
      .where('user_id', '=', userId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return toProfile(row);
  }

  async preferencesOf(userId: string): Promise<Preferences> {
    const row = await this.database.query
      .selectFrom('preferences')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return {
      emailNotifications: row.email_notifications,
      smsNotifications: row.sms_notifications,
      marketingEmails: row.marketing_emails,
      language: row.language,
      currency: row.currency,
    };
  }

  async savePreferences(userId: string, preferences: Preferences): Promise<void> {
    await this.database.query
      .updateTable('preferences')
      .set({
        email_notifications: preferences.emailNotifications,
        sms_notifications: preferences.smsNotifications,
        marketing_emails: preferences.marketingEmails,
        language: preferences.language,
        currency: preferences.currency,
      })
      .where('user_id', '=', userId)
      .execute();
  }
}

function toProfile(row: Selectable<UserTables['profiles']>): Profile {
  return {
    userId: row.user_id,
    email: row.email,
    emailVerified: row.email_verified,
    firstName: row.first_name,
    lastName: row.last_name,
    ...(row.phone !== null && { phone: row.phone }),
    ...(row.avatar !== null && { avatar: row.avatar }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
