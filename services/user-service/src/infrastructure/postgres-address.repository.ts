import { Inject, Injectable } from '@nestjs/common';
import { Database, type Given, Statement, sql } from '@vici/database';
import type { Kysely, RawBuilder, Selectable } from 'kysely';
import { AddressRepository, type Recipient } from '../application/address.repository.js';
import type { Address, PostalAddress } from '../domain/address.js';
import type { UserTables } from './user.tables.js';

const ADDRESS = new Statement((query: Kysely<UserTables>, given: Given<Pick<Address, 'userId' | 'id'>>) =>
  addressesOf(query, given('userId')).where('id', '=', given('id')),
);
const RECIPIENT = new Statement((query: Kysely<UserTables>, given: Given<Pick<Address, 'userId' | 'id'>>) =>
  recipientsOf(query, given('userId')).where('addresses.id', '=', given('id')),
);
const DEFAULT_RECIPIENT = new Statement((query: Kysely<UserTables>, given: Given<Pick<Address, 'userId'>>) =>
  recipientsOf(query, given('userId')).where('addresses.is_default', '=', true),
);

/** Address books in user_db. */
@Injectable()
export class PostgresAddressRepository extends AddressRepository {
  constructor(@Inject(Database) private readonly database: Database<UserTables>) {
    super();
  }

  async list(userId: string): Promise<Address[]> {
    const rows = await this.ofUser(userId)
      .orderBy('is_default', 'desc')
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toAddress);
  }

  async find(userId: string, id: string): Promise<Address | undefined> {
    const row = await ADDRESS.first(this.database, { userId, id });
    return row && toAddress(row);
  }

  async findDefault(userId: string): Promise<Address | undefined> {
    const row = await this.ofUser(userId).where('is_default', '=', true).executeTakeFirst();
    return row && toAddress(row);
  }

  async findRecipient(userId: string, id?: string): Promise<Recipient | undefined> {
    const row =
      id === undefined
        ? await DEFAULT_RECIPIENT.first(this.database, { userId })
        : await RECIPIENT.first(this.database, { userId, id });
    return row && { address: toAddress(row), ...(row.email !== null && { email: row.email }) };
  }

  async lockBook(userId: string): Promise<number> {
    // An empty book has no row to lock, so the user's number is locked instead; the lock ends with the transaction.
    await sql`select pg_advisory_xact_lock(hashtextextended(${userId}, 0))`.execute(this.database.query);
    const { count } = await this.database.query
      .selectFrom('addresses')
      .select((row) => row.fn.countAll<bigint>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async insert(address: Address): Promise<void> {
    await this.database.query
      .insertInto('addresses')
      .values({
        id: address.id,
        user_id: address.userId,
        is_default: address.isDefault,
        ...columnsOf(address),
      })
      .execute();
  }

  async update(userId: string, id: string, postal: PostalAddress): Promise<void> {
    await this.database.query
      .updateTable('addresses')
      .set({ ...columnsOf(postal), updated_at: new Date() })
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .execute();
  }

  async delete(userId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('addresses')
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  async setDefault(userId: string, id?: string): Promise<void> {
    if (id === undefined) {
      await this.promoteNewest(userId);
      return;
    }
    await this.database.query
      .updateTable('addresses')
      .set({ is_default: false })
      .where('user_id', '=', userId)
      .where('is_default', '=', true)
      .where('id', '!=', id)
      .execute();
    await this.database.query
      .updateTable('addresses')
      .set({ is_default: true })
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .execute();
  }

  private async promoteNewest(userId: string): Promise<void> {
    if ((await this.findDefault(userId)) !== undefined) return;
    await this.database.query
      .updateTable('addresses')
      .set({ is_default: true })
      .where('id', '=', (newest) =>
        newest
          .selectFrom('addresses')
          .select('id')
          .where('user_id', '=', userId)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(1),
      )
      .execute();
  }

  private ofUser(userId: string) {
    return addressesOf(this.database.query, userId);
  }
}

function addressesOf(query: Kysely<UserTables>, userId: string | RawBuilder<string>) {
  return query.selectFrom('addresses').selectAll().where('user_id', '=', userId);
}

function recipientsOf(query: Kysely<UserTables>, userId: RawBuilder<string>) {
  return query
    .selectFrom('addresses')
    .leftJoin('profiles', 'profiles.user_id', 'addresses.user_id')
    .selectAll('addresses')
    .select('profiles.email')
    .where('addresses.user_id', '=', userId);
}

function columnsOf(postal: PostalAddress) {
  return {
    first_name: postal.firstName,
    last_name: postal.lastName,
    address_line1: postal.addressLine1,
    address_line2: postal.addressLine2 ?? null,
    city: postal.city,
    state: postal.state,
    postal_code: postal.postalCode,
    country: postal.country,
    phone: postal.phone,
  };
}

function toAddress(row: Selectable<UserTables['addresses']>): Address {
  return {
    id: row.id,
    userId: row.user_id,
    firstName: row.first_name,
    lastName: row.last_name,
    addressLine1: row.address_line1,
    ...(row.address_line2 !== null && { addressLine2: row.address_line2 }),
    city: row.city,
    state: row.state,
    postalCode: row.postal_code,
    country: row.country,
    phone: row.phone,
    isDefault: row.is_default,
  };
}
