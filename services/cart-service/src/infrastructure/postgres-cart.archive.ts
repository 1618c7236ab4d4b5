import { Inject, Injectable } from '@nestjs/common';
import { Database, json } from '@vici/database';
import { CartArchive } from '../application/ports.js';
import type { Cart } from '../domain/cart.entity.js';
import { type CartOwner, ownerName } from '../domain/cart-owner.js';
import { decodeCart, encodeCart } from './cart.codec.js';
import type { CartTables } from './cart.tables.js';

const CLEANUP_BATCH = 1000;

/** The lasting copy of the carts, in cart_db. */
@Injectable()
export class PostgresCartArchive extends CartArchive {
  constructor(@Inject(Database) private readonly database: Database<CartTables>) {
    super();
  }

  async load(owner: CartOwner): Promise<Cart | undefined> {
    const row = await this.database.query
      .selectFrom('carts')
      .select('content')
      .where('owner', '=', ownerName(owner))
      .executeTakeFirst();
    return row && decodeCart(row.content);
  }

  async save(carts: readonly Cart[]): Promise<void> {
    if (carts.length === 0) return;
    // One order of rows for all flushers, so that two of them cannot lock each other out.
    const rows = carts
      .map((cart) => ({
        owner: ownerName(cart.owner),
        cart_id: cart.id,
        version: cart.version,
        content: json(JSON.parse(encodeCart(cart))),
        updated_at: cart.updatedAt,
      }))
      .sort((left, right) => (left.owner < right.owner ? -1 : 1));
    await this.database.query
      .insertInto('carts')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .column('owner')
          .doUpdateSet((row) => ({
            cart_id: row.ref('excluded.cart_id'),
            version: row.ref('excluded.version'),
            content: row.ref('excluded.content'),
            updated_at: row.ref('excluded.updated_at'),
          }))
          .whereRef('carts.version', '<', 'excluded.version'),
      )
      .execute();
  }

  async removeGuests(untouchedSince: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('carts')
      .where('owner', 'in', (old) =>
        old
          .selectFrom('carts')
          .select('owner')
          .where('updated_at', '<', untouchedSince)
          .where('owner', 'like', 'guest:%')
          .limit(CLEANUP_BATCH),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
