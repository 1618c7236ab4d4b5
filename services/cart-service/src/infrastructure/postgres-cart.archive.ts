import { Inject, Injectable } from '@nestjs/common';
import { Database, json, sql } from '@vici/database';
import { CartArchive } from '../application/ports.js';
import type { Cart } from '../domain/cart.entity.js';
import { type CartOwner, ownerName } from '../domain/cart-owner.js';
import { decodeCart, encodeCart } from './cart.codec.js';
import type { CartTables } from './cart.tables.js';

const CLEANUP_BATCH = 1000;
/** Held, shared, by those who carry carts from Redis to Postgres, and alone by an erasure. */
const SAVING = sql`hashtext('the saving of carts')`;

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

  async save(read: () => Promise<readonly Cart[]>): Promise<void> {
    await this.database.transaction(async () => {
      await sql`select pg_advisory_xact_lock_shared(${SAVING})`.execute(this.database.query);
      await this.write(await read());
    });
  }

  async erase(owner: CartOwner): Promise<boolean> {
    return await this.database.transaction(async () => {
      // Whoever read the cart before it left Redis has written it when this lock is had.
      await sql`select pg_advisory_xact_lock(${SAVING})`.execute(this.database.query);
      const { numDeletedRows } = await this.database.query
        .deleteFrom('carts')
        .where('owner', '=', ownerName(owner))
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    });
  }

  private async write(carts: readonly Cart[]): Promise<void> {
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
