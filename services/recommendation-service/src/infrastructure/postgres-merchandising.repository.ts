import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { notFound } from '@vici/utils';
import type { Insertable, Selectable } from 'kysely';
import { MerchandisingRepository } from '../application/merchandising.repository.js';
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
