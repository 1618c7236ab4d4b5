import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { CartArchive, CartRepository } from '../application/ports.js';
import type { CartOwner } from '../domain/cart-owner.js';
import { CartDirtyList } from './cart.dirty-list.js';
import type { CartTables } from './cart.tables.js';

/** A person's cart. Which promotions an order used is kept for the limits, by ids that lead to nobody any more. */
@Injectable()
export class CartPersonalData extends PersonalData {
  readonly service = 'cart-service';

  constructor(
    @Inject(Database) private readonly database: Database<CartTables>,
    private readonly carts: CartRepository,
    private readonly archive: CartArchive,
    private readonly dirty: CartDirtyList,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const { lines, coupon, createdAt, updatedAt } = await this.carts.find(ownerOf(userId));
    if (lines.length > 0) {
      yield {
        section: 'cart',
        record: { lines, ...(coupon !== undefined && { coupon }), createdAt, updatedAt },
      };
    }
    const uses = await this.database.query
      .selectFrom('promotion_redemptions')
      .innerJoin('promotions', 'promotions.id', 'promotion_redemptions.promotion_id')
      .select(['promotions.name', 'promotion_redemptions.order_id', 'promotion_redemptions.redeemed_at'])
      .where('promotion_redemptions.user_id', '=', userId)
      .orderBy('promotion_redemptions.redeemed_at')
      .execute();
    for (const use of uses) yield { section: 'promotions', record: { ...use } };
  }

  async erase(userId: string): Promise<Erasure> {
    const owner = ownerOf(userId);
    const { lines } = await this.carts.find(owner);
    // Redis first: what a flusher would write again is gone before the copy is.
    await this.carts.discard(owner);
    await this.dirty.gone([owner]);
    const archived = await this.archive.erase(owner);
    const links = await this.database.query
      .deleteFrom('cart_restores')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const { count } = await this.database.query
      .selectFrom('promotion_redemptions')
      .select((row) => row.fn.countAll<bigint>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const reason = 'The limits of promotions stay right; they name a user id that leads to nobody any more.';
    return {
      erased: { carts: archived || lines.length > 0 ? 1 : 0, reminders: Number(links.numDeletedRows) },
      ...(count > 0n && { kept: [{ what: 'uses of promotions', count: Number(count), reason }] }),
    };
  }
}

function ownerOf(userId: string): CartOwner {
  return { kind: 'user', userId };
}
