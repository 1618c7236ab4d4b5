import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { parseId } from '@vici/utils/domain';
import type { Selectable } from 'kysely';
import { WishlistRepository } from '../application/wishlist.repository.js';
import type { WishlistItem } from '../domain/wishlist.js';
import type { UserTables } from './user.tables.js';

/** Wishlists in user_db. */
@Injectable()
export class PostgresWishlistRepository extends WishlistRepository {
  constructor(@Inject(Database) private readonly database: Database<UserTables>) {
    super();
  }

  async list(userId: string): Promise<WishlistItem[]> {
    const rows = await this.ofUser(userId).orderBy('added_at', 'desc').orderBy('id', 'desc').execute();
    return rows.map(toItem);
  }

  async find(userId: string, productId: string): Promise<WishlistItem | undefined> {
    const row = await this.ofUser(userId).where('product_id', '=', productId).executeTakeFirst();
    return row && toItem(row);
  }

  async lockList(userId: string): Promise<number> {
    // An empty wishlist has no row to lock, so a number of it is locked instead: not the one of the address book.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`wishlist:${userId}`}, 0))`.execute(
      this.database.query,
    );
    const { count } = await this.database.query
      .selectFrom('wishlist_items')
      .select((row) => row.fn.countAll<bigint>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async insert({ id, userId, productId, addedAt }: WishlistItem): Promise<void> {
    await this.database.query
      .insertInto('wishlist_items')
      .values({ id, user_id: userId, product_id: productId, added_at: addedAt })
      .execute();
  }

  async delete(userId: string, productId: string): Promise<boolean> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('wishlist_items')
      .where('user_id', '=', userId)
      .where('product_id', '=', productId)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  private ofUser(userId: string) {
    return this.database.query.selectFrom('wishlist_items').selectAll().where('user_id', '=', userId);
  }
}

function toItem(row: Selectable<UserTables['wishlist_items']>): WishlistItem {
  return {
    id: parseId<'WishlistItem'>(row.id, 'id'),
    userId: row.user_id,
    productId: row.product_id,
    addedAt: row.added_at,
  };
}
