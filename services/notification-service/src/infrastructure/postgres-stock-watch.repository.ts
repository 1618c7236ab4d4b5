import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { StockWatchRepository, type WatchedProduct } from '../application/stock-watch.repository.js';
import type { NotificationTables } from './notification.tables.js';

/** Wishes for products in notification_db. */
@Injectable()
export class PostgresStockWatchRepository extends StockWatchRepository {
  constructor(@Inject(Database) private readonly database: Database<NotificationTables>) {
    super();
  }

  async watch(userId: string, productId: string): Promise<boolean> {
    if ((await this.productOf(productId)) === undefined) return false;
    await this.database.query
      .insertInto('stock_watches')
      .values({ user_id: userId, product_id: productId })
      .onConflict((on) => on.columns(['user_id', 'product_id']).doNothing())
      .execute();
    return true;
  }

  async unwatch(userId: string, productId: string): Promise<void> {
    await this.database.query
      .deleteFrom('stock_watches')
      .where('user_id', '=', userId)
      .where('product_id', '=', productId)
      .execute();
  }

  async take(productId: string): Promise<string[]> {
    const rows = await this.database.query
      .deleteFrom('stock_watches')
      .where('product_id', '=', productId)
      .returning('user_id')
      .execute();
    return rows.map(({ user_id }) => user_id);
  }

  async nameProduct(productId: string, product: WatchedProduct): Promise<void> {
    await this.database.query
      .insertInto('product_names')
      .values({ product_id: productId, ...product })
      .onConflict((on) => on.column('product_id').doUpdateSet({ ...product }))
      .execute();
  }

  async productOf(productId: string): Promise<WatchedProduct | undefined> {
    return await this.database.query
      .selectFrom('product_names')
      .select(['name', 'slug'])
      .where('product_id', '=', productId)
      .executeTakeFirst();
  }
}
