import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { Logger } from '@vici/utils';
import { PromotionSource } from '../application/promotions/promotion-source.js';
import { type ShopperHistory, UNKNOWN_SHOPPER } from '../domain/promotions/eligibility.js';
import type { Promotion } from '../domain/promotions/promotion.js';
import type { CartTables } from './cart.tables.js';
import { toPromotion } from './promotion.rows.js';

/** So old a list is renewed in the background; so old it is waited for. In milliseconds. */
const FRESH_MS = 1_000;
const USABLE_MS = 10_000;

/**
 * Promotions as carts need them. Those without a code are few and the same for everybody: they are kept in memory, so
 * that a cart costs no query. Limits do not depend on it: they are enforced when an order redeems.
 */
@Injectable()
export class PostgresPromotionSource extends PromotionSource {
  #automatic: readonly Promotion[] = [];
  #loadedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<Promotion[]> | undefined;

  constructor(
    @Inject(Database) private readonly database: Database<CartTables>,
    private readonly logger: Logger,
  ) {
    super();
  }

  async automatic(): Promise<readonly Promotion[]> {
    const age = performance.now() - this.#loadedAt;
    if (age > USABLE_MS) await this.load();
    else if (age > FRESH_MS) {
      this.load().catch((error: unknown) => {
        this.logger.warn('The promotions could not be looked up; the last known ones go on', { error });
      });
    }
    return this.#automatic;
  }

  async byCode(code: string): Promise<Promotion | undefined> {
    const row = await this.database.query
      .selectFrom('promotions')
      .selectAll()
      .where('code', '=', code)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row && toPromotion(row);
  }

  async historyOf(userId: string | undefined, promotions: readonly Promotion[]): Promise<ShopperHistory> {
    if (userId === undefined) return UNKNOWN_SHOPPER;
    const limited = promotions.filter(({ perUserLimit }) => perUserLimit !== undefined).map(({ id }) => id);
    const [uses, hasOrdered] = await Promise.all([
      limited.length === 0 ? new Map<string, number>() : this.usesOf(userId, limited),
      promotions.some(({ firstOrder }) => firstOrder) && this.hasOrdered(userId),
    ]);
    return { signedIn: true, hasOrdered, usesOf: (id) => uses.get(id) ?? 0 };
  }

  forget(): void {
    this.#loadedAt = Number.NEGATIVE_INFINITY;
    // What is being read now may be what has just changed.
    this.#loading = undefined;
  }

  private async load(): Promise<void> {
    const loading = this.#loading ?? this.database.outsideTransaction(() => this.live());
    this.#loading = loading;
    try {
      const promotions = await loading;
      if (this.#loading !== loading) return;
      this.#automatic = promotions;
      this.#loadedAt = performance.now();
    } finally {
      if (this.#loading === loading) this.#loading = undefined;
    }
  }

  private async live(): Promise<Promotion[]> {
    const rows = await this.database.query
      .selectFrom('promotions')
      .selectAll()
      .where('code', 'is', null)
      .where('active', '=', true)
      .where('deleted_at', 'is', null)
      .where((row) => row.or([row('ends_at', 'is', null), row('ends_at', '>', new Date())]))
      .orderBy('id')
      .execute();
    return rows.map(toPromotion);
  }

  private async usesOf(userId: string, promotionIds: string[]): Promise<Map<string, number>> {
    const rows = await this.database.query
      .selectFrom('promotion_shoppers')
      .select(['promotion_id', 'used'])
      .where('user_id', '=', userId)
      .where('promotion_id', 'in', promotionIds)
      .execute();
    return new Map(rows.map((row) => [row.promotion_id, row.used]));
  }

  private async hasOrdered(userId: string): Promise<boolean> {
    const row = await this.database.query
      .selectFrom('shopper_orders')
      .select('order_id')
      .where('user_id', '=', userId)
      .where('confirmed', '=', true)
      .where('cancelled', '=', false)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }
}
