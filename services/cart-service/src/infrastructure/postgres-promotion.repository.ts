import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  isUniqueViolation,
  ListOrder,
  type Page,
  type PageRequest,
  pageOf,
  sql,
} from '@vici/database';
import { CONFIG, DomainError, newId } from '@vici/utils';
import type { ExpressionBuilder } from 'kysely';
import { type PromotionFilter, PromotionRepository } from '../application/promotions/promotion.repository.js';
import type { CartConfig } from '../cart.config.js';
import type { Promotion, PromotionRules } from '../domain/promotions/promotion.js';
import type { CartTables } from './cart.tables.js';
import { toColumns, toPromotion } from './promotion.rows.js';

/** Promotions in cart_db. */
@Injectable()
export class PostgresPromotionRepository extends PromotionRepository {
  constructor(
    @Inject(Database) private readonly database: Database<CartTables>,
    @Inject(CONFIG) private readonly config: CartConfig,
  ) {
    super();
  }

  async add(
    rules: PromotionRules,
    now: Date,
    requestKey?: string,
  ): Promise<{ promotion: Promotion; added: boolean }> {
    const row = await this.uniqueCode(rules, () =>
      this.database.query
        .insertInto('promotions')
        .values({
          ...toColumns(rules, this.config.SHOP_CURRENCY),
          id: newId(),
          request_key: requestKey ?? null,
          created_at: now,
          updated_at: now,
        })
        .onConflict((conflict) => conflict.column('request_key').doNothing())
        .returningAll()
        .executeTakeFirst(),
    );
    if (row !== undefined) return { promotion: toPromotion(row), added: true };
    const made = await this.database.query
      .selectFrom('promotions')
      .selectAll()
      .where('request_key', '=', requestKey ?? null)
      .executeTakeFirstOrThrow();
    return { promotion: toPromotion(made), added: false };
  }

  async find(id: string): Promise<Promotion | undefined> {
    const row = await this.kept().where('id', '=', id).executeTakeFirst();
    return row && toPromotion(row);
  }

  async findLocked(id: string): Promise<Promotion | undefined> {
    const row = await this.kept().where('id', '=', id).forUpdate().executeTakeFirst();
    return row && toPromotion(row);
  }

  async list(filter: PromotionFilter, page: PageRequest): Promise<Page<Promotion>> {
    const order = ListOrder.byTime('created_at', 'id', filter.oldestFirst);
    const rows = await order.pageOf(this.kept().where(matches(filter)), page).execute();
    const { count } = await this.database.query
      .selectFrom('promotions')
      .select((row) => row.fn.countAll<bigint>().as('count'))
      .where('deleted_at', 'is', null)
      .where(matches(filter))
      .executeTakeFirstOrThrow();
    return pageOf(rows.map(toPromotion), page, count, order.nextCursor(rows, page));
  }

  async update(id: string, rules: PromotionRules, now: Date): Promise<Promotion> {
    const row = await this.uniqueCode(rules, () =>
      this.database.query
        .updateTable('promotions')
        .set({ ...toColumns(rules, this.config.SHOP_CURRENCY), updated_at: now })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
    return toPromotion(row);
  }

  async delete(id: string, now: Date): Promise<void> {
    await this.database.query
      .updateTable('promotions')
      .set({ deleted_at: now, active: false, updated_at: now })
      .where('id', '=', id)
      .execute();
  }

  private kept() {
    return this.database.query.selectFrom('promotions').selectAll().where('deleted_at', 'is', null);
  }

  private async uniqueCode<T>({ code }: PromotionRules, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isUniqueViolation(error, 'promotions_code')) throw error;
      throw new DomainError('ALREADY_EXISTS', 'There is a coupon with this code.', { field: 'code', code });
    }
  }
}

function matches({ search, active }: PromotionFilter) {
  return (row: ExpressionBuilder<CartTables, 'promotions'>) => {
    const conditions = [];
    if (active !== undefined) conditions.push(row('active', '=', active));
    if (search !== undefined) {
      const part = search.toLowerCase();
      const holds = sql<boolean>`strpos(lower(coalesce(code, '') || ' ' || name), ${part}) > 0`;
      conditions.push(holds);
    }
    return row.and(conditions);
  };
}
