import { Inject, Injectable } from '@nestjs/common';
import { Database, ListOrder, type Page, type PageRequest, pageOf, sql } from '@vici/database';
import { notFound } from '@vici/utils';
import type { Expression, ExpressionBuilder, Insertable, Selectable, SqlBool } from 'kysely';
import { MerchandisingRepository, type RuleFilter } from '../application/merchandising.repository.js';
import type { MerchandisingFields, MerchandisingRule } from '../domain/merchandising.js';
import type { RecommendationTables } from './recommendation.tables.js';

type RuleTable = RecommendationTables['merchandising_rules'];

/** Merchandising rules in recommendation_db. */
@Injectable()
export class PostgresMerchandisingRepository extends MerchandisingRepository {
  constructor(@Inject(Database) private readonly database: Database<RecommendationTables>) {
    super();
  }

  async list(): Promise<MerchandisingRule[]> {
    const rows = await this.database.query
      .selectFrom('merchandising_rules')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toRule);
  }

  async search(filter: RuleFilter, page: PageRequest | undefined): Promise<Page<MerchandisingRule>> {
    const found = this.database.query.selectFrom('merchandising_rules').where(matches(filter));
    const order = ListOrder.byTime('created_at', 'id', filter.oldestFirst);
    const rows = await order.pageOf(found.selectAll(), page).execute();
    const { total } = await found
      .select((row) => row.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    return pageOf(rows.map(toRule), page, total, order.nextCursor(rows, page));
  }

  async findLocked(id: string): Promise<MerchandisingRule | undefined> {
    const row = await this.database.query
      .selectFrom('merchandising_rules')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : toRule(row);
  }

  async add(id: string, fields: MerchandisingFields, now: Date): Promise<MerchandisingRule> {
    const row = await this.database.query
      .insertInto('merchandising_rules')
      .values({ id, ...toRow(fields), created_at: now, updated_at: now })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toRule(row);
  }

  async replace(id: string, fields: MerchandisingFields, now: Date): Promise<MerchandisingRule> {
    const row = await this.database.query
      .updateTable('merchandising_rules')
      .set({ ...toRow(fields), updated_at: now })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw notFound('Merchandising rule', id);
    return toRule(row);
  }

  async delete(id: string): Promise<void> {
    await this.database.query.deleteFrom('merchandising_rules').where('id', '=', id).execute();
  }
}

function matches({ kind, placement, productId, categoryId, search }: RuleFilter) {
  return (row: ExpressionBuilder<RecommendationTables, 'merchandising_rules'>) => {
    const conditions: Expression<SqlBool>[] = [];
    if (kind !== undefined) conditions.push(row('kind', '=', kind));
    if (placement !== undefined) conditions.push(row('placement', '=', placement));
    if (productId !== undefined) conditions.push(row('product_id', '=', productId));
    if (categoryId !== undefined) conditions.push(row('category_id', '=', categoryId));
    if (search !== undefined) {
      conditions.push(sql<boolean>`strpos(lower(note), ${search.toLowerCase()}) > 0`);
    }
    return row.and(conditions);
  };
}

function toRow(fields: MerchandisingFields): Omit<Insertable<RuleTable>, 'id' | 'created_at' | 'updated_at'> {
  return {
    kind: fields.kind,
    product_id: fields.productId,
    placement: fields.placement ?? null,
    category_id: fields.categoryId ?? null,
    position: fields.position,
    factor: fields.factor,
    starts_at: fields.startsAt ?? null,
    ends_at: fields.endsAt ?? null,
    note: fields.note,
  };
}

function toRule(row: Selectable<RuleTable>): MerchandisingRule {
  return {
    id: row.id,
    kind: row.kind,
    productId: row.product_id,
    ...(row.placement !== null && { placement: row.placement }),
    ...(row.category_id !== null && { categoryId: row.category_id }),
    position: row.position,
    factor: row.factor,
    ...(row.starts_at !== null && { startsAt: row.starts_at }),
    ...(row.ends_at !== null && { endsAt: row.ends_at }),
    note: row.note,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
