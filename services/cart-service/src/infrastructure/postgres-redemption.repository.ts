import { Inject, Injectable } from '@nestjs/common';
import { Database, type Given, Statement, sql } from '@vici/database';
import type { Kysely } from 'kysely';
import {
  type RedeemingOrder,
  RedemptionRepository,
  type TakenUse,
} from '../application/promotions/redemption.repository.js';
import type { CartTables } from './cart.tables.js';

const NOTE_CONFIRMED = new Statement(
  (query: Kysely<CartTables>, given: Given<{ readonly order: string; readonly user: string }>) =>
    query
      .insertInto('shopper_orders')
      .values({ order_id: given('order'), user_id: given('user'), confirmed: true })
      .onConflict((conflict) =>
        conflict
          .column('order_id')
          .doUpdateSet({ confirmed: true, user_id: given('user') })
          .where('shopper_orders.confirmed', '=', false),
      ),
);

/** Redemptions in cart_db. Rows are locked in one order: the order, then promotions by id, each with its shopper. */
@Injectable()
export class PostgresRedemptionRepository extends RedemptionRepository {
  constructor(@Inject(Database) private readonly database: Database<CartTables>) {
    super();
  }

  async lock(orderId: string, userId?: string): Promise<RedeemingOrder> {
    const order = await this.database.query
      .insertInto('shopper_orders')
      .values({ order_id: orderId, user_id: userId ?? null })
      .onConflict((conflict) =>
        conflict.column('order_id').doUpdateSet({
          user_id: sql`coalesce(shopper_orders.user_id, excluded.user_id)`,
        }),
      )
      .returning(['cancelled', 'released_attempt'])
      .executeTakeFirstOrThrow();
    const held = await this.database.query
      .selectFrom('promotion_redemptions')
      .select('attempt')
      .where('order_id', '=', orderId)
      .limit(1)
      .executeTakeFirst();
    return {
      cancelled: order.cancelled,
      releasedAttempt: order.released_attempt,
      ...(held !== undefined && { redeemedAttempt: held.attempt }),
    };
  }

  async takeUse(promotionId: string): Promise<TakenUse | undefined> {
    const row = await this.database.query
      .updateTable('promotions')
      .set((promotion) => ({ used: promotion('used', '+', 1) }))
      .where('id', '=', promotionId)
      .where((promotion) =>
        promotion.or([
          promotion('usage_limit', 'is', null),
          promotion('used', '<', promotion.ref('usage_limit')),
        ]),
      )
      .returning(['code', 'per_user_limit', 'first_order'])
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      firstOrder: row.first_order,
      ...(row.code !== null && { code: row.code }),
      ...(row.per_user_limit !== null && { perUserLimit: row.per_user_limit }),
    };
  }

  async takeShopperUse(promotionId: string, userId: string, limit?: number): Promise<boolean> {
    const row = await this.database.query
      .insertInto('promotion_shoppers')
      .values({ user_id: userId, promotion_id: promotionId, used: 1 })
      .onConflict((conflict) =>
        conflict
          .columns(['user_id', 'promotion_id'])
          .doUpdateSet((shopper) => ({ used: shopper('promotion_shoppers.used', '+', 1) }))
          .where(limit === undefined ? sql<boolean>`true` : sql<boolean>`promotion_shoppers.used < ${limit}`),
      )
      .returning('used')
      .executeTakeFirst();
    return row !== undefined;
  }

  async claimFirstOrder(userId: string, orderId: string): Promise<boolean> {
    const earlier = await this.database.query
      .selectFrom('shopper_orders')
      .select('order_id')
      .where('user_id', '=', userId)
      .where('confirmed', '=', true)
      .where('cancelled', '=', false)
      .where('order_id', '!=', orderId)
      .limit(1)
      .executeTakeFirst();
    if (earlier !== undefined) return false;
    const claim = await this.database.query
      .insertInto('first_order_claims')
      .values({ user_id: userId, order_id: orderId })
      .onConflict((conflict) =>
        conflict
          .column('user_id')
          .doUpdateSet((row) => ({ order_id: row.ref('excluded.order_id') }))
          .whereRef('first_order_claims.order_id', '=', 'excluded.order_id'),
      )
      .returning('order_id')
      .executeTakeFirst();
    return claim !== undefined;
  }

  async add(orderId: string, promotionId: string, userId: string, attempt: number): Promise<void> {
    await this.database.query
      .insertInto('promotion_redemptions')
      .values({ order_id: orderId, promotion_id: promotionId, user_id: userId, attempt })
      .execute();
  }

  async giveBack(orderId: string): Promise<void> {
    const held = await this.database.query
      .deleteFrom('promotion_redemptions')
      .where('order_id', '=', orderId)
      .returning(['promotion_id', 'user_id'])
      .execute();
    held.sort((left, right) => (left.promotion_id < right.promotion_id ? -1 : 1));
    for (const { promotion_id: promotionId, user_id: userId } of held) {
      await this.database.query
        .updateTable('promotions')
        .set((promotion) => ({ used: promotion('used', '-', 1) }))
        .where('id', '=', promotionId)
        .execute();
      await this.database.query
        .updateTable('promotion_shoppers')
        .set((shopper) => ({ used: shopper('used', '-', 1) }))
        .where('user_id', '=', userId)
        .where('promotion_id', '=', promotionId)
        .execute();
    }
    await this.database.query.deleteFrom('first_order_claims').where('order_id', '=', orderId).execute();
  }

  async noteReleased(orderId: string, attempt: number): Promise<void> {
    await this.database.query
      .updateTable('shopper_orders')
      .set({ released_attempt: sql`greatest(released_attempt, ${attempt}::integer)` })
      .where('order_id', '=', orderId)
      .execute();
  }

  async noteConfirmed(orderId: string, userId: string): Promise<void> {
    const noted = { order: orderId, user: userId };
    // Told by an event it goes with the commit of that event's note; asked for by the checkout it stands alone.
    await (this.database.inTransaction
      ? this.database.executeWithCommit(NOTE_CONFIRMED.with(this.database, noted))
      : NOTE_CONFIRMED.execute(this.database, noted));
  }

  async noteCancelled(orderId: string): Promise<void> {
    await this.database.query
      .updateTable('shopper_orders')
      .set({ cancelled: true })
      .where('order_id', '=', orderId)
      .execute();
  }
}
