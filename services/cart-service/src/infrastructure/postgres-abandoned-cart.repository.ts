import { Inject, Injectable } from '@nestjs/common';
import { Database, json } from '@vici/database';
import {
  AbandonedCartRepository,
  type CartRestore,
  type IdleCart,
} from '../application/abandoned/abandoned-cart.repository.js';
import type { Cart } from '../domain/cart.entity.js';
import { ownerName } from '../domain/cart-owner.js';
import { decodeCart, decodeLines } from './cart.codec.js';
import type { CartTables } from './cart.tables.js';

/** Carts left behind, in cart_db: the copies of the carts, which are at most seconds old. */
@Injectable()
export class PostgresAbandonedCartRepository extends AbandonedCartRepository {
  constructor(@Inject(Database) private readonly database: Database<CartTables>) {
    super();
  }

  async idle(after: Date, before: Date, limit: number): Promise<IdleCart[]> {
    const rows = await this.database.query
      .selectFrom('carts')
      .select(['content', 'abandoned_content'])
      .where('owner', 'like', 'user:%')
      .whereRef('version', '>', 'swept_version')
      .where('updated_at', '>', after)
      .where('updated_at', '<=', before)
      .orderBy('updated_at')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      cart: decodeCart(row.content),
      ...(row.abandoned_content !== null && { abandonedContent: row.abandoned_content }),
    }));
  }

  async claim({ owner, version }: Cart, content?: string): Promise<boolean> {
    const { numUpdatedRows } = await this.database.query
      .updateTable('carts')
      .set({
        swept_version: BigInt(version),
        ...(content !== undefined && { abandoned_content: content }),
      })
      .where('owner', '=', ownerName(owner))
      .where('version', '=', BigInt(version))
      .where('swept_version', '<', BigInt(version))
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async addRestore({ tokenHash, userId, cartId, lines, expiresAt }: CartRestore): Promise<void> {
    await this.database.query
      .insertInto('cart_restores')
      .values({
        token_hash: tokenHash,
        user_id: userId,
        cart_id: cartId,
        lines: json(lines),
        expires_at: expiresAt,
      })
      .execute();
  }

  async findRestore(tokenHash: string, now: Date): Promise<CartRestore | undefined> {
    const row = await this.database.query
      .selectFrom('cart_restores')
      .select(['user_id', 'cart_id', 'lines', 'expires_at'])
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return (
      row && {
        tokenHash,
        userId: row.user_id,
        cartId: row.cart_id,
        lines: decodeLines(row.lines),
        expiresAt: row.expires_at,
      }
    );
  }

  async useRestore(tokenHash: string, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await this.database.query
      .updateTable('cart_restores')
      .set({ used_at: now })
      .where('token_hash', '=', tokenHash)
      .where('used_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async removeExpired(now: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('cart_restores')
      .where('expires_at', '<=', now)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
