import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { DataRequestRepository } from '../application/data-request.repository.js';
import type { UserTables } from './user.tables.js';

/** Profile, preferences, addresses and wishlist of a person. Nothing of them has to be kept. */
@Injectable()
export class UserPersonalData extends PersonalData {
  readonly service = 'user-service';

  constructor(
    @Inject(Database) private readonly database: Database<UserTables>,
    private readonly requests: DataRequestRepository,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const { query } = this.database;
    const profiles = await query
      .selectFrom('profiles')
      .select(['email', 'first_name', 'last_name', 'phone', 'avatar', 'created_at', 'updated_at'])
      .where('user_id', '=', userId)
      .execute();
    for (const profile of profiles) yield { section: 'profile', record: { ...profile } };
    const preferences = await query
      .selectFrom('preferences')
      .selectAll()
      .where('user_id', '=', userId)
      .execute();
    for (const { user_id: _owner, ...chosen } of preferences)
      yield { section: 'preferences', record: chosen };
    const addresses = await query
      .selectFrom('addresses')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .execute();
    for (const { user_id: _owner, ...address } of addresses) yield { section: 'addresses', record: address };
    const items = await query
      .selectFrom('wishlist_items')
      .select(['product_id', 'added_at'])
      .where('user_id', '=', userId)
      .orderBy('added_at')
      .execute();
    for (const item of items) yield { section: 'wishlist', record: { ...item } };
  }

  async erase(userId: string): Promise<Erasure> {
    const exports = await this.requests.deleteExports({ userId });
    const [wishlist, addresses, profiles] = [
      await this.delete('wishlist_items', userId),
      await this.delete('addresses', userId),
      await this.delete('profiles', userId),
    ];
    return { erased: { profiles, addresses, wishlist, exports } };
  }

  private async delete(table: 'wishlist_items' | 'addresses' | 'profiles', userId: string): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom(table)
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
