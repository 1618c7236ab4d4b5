import { Inject, Injectable } from '@nestjs/common';
import { Database, ListOrder, type PageRequest, type Placed, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import {
  type JudgedReview,
  type ModeratedReview,
  type ModerationFilter,
  ModerationQueue,
  type ModerationSlice,
} from '../application/moderation-queue.js';
import type { ProductRating } from '../application/review.repository.js';
import type { ModerationVerdict, ReviewStatus } from '../domain/review-status.js';
import type { ProductTables } from './product.tables.js';
import { countRating } from './product-rating.js';
import { REVIEW_COLUMNS, type ReviewRow, toReview } from './review.rows.js';

interface ModeratedRow extends ReviewRow {
  readonly status: ReviewStatus;
  readonly product_name: string;
  readonly moderation_note: string | null;
  readonly moderated_by: string | null;
  readonly moderated_at: Date | null;
}

/** The reviews of product_db as moderators see them. */
@Injectable()
export class PostgresModerationQueue extends ModerationQueue {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async page(filter: ModerationFilter, page: PageRequest): Promise<ModerationSlice> {
    const order = ListOrder.byTime('r.created_at', 'r.id', filter.newestFirst !== true);
    const rows = await this.run(sql<ModeratedRow & Placed>`
      select ${REVIEW_COLUMNS}, r.status, p.name as product_name, r.moderation_note, r.moderated_by, r.moderated_at,
        ${order.place} as list_place
      from reviews r
      join review_authors a on a.user_id = r.user_id
      join products p on p.id = r.product_id
      where ${conditionOf(filter)} and ${order.after(page)}
      ${order.within(page)}`);
    return { reviews: rows.map(toModerated), nextCursor: order.nextCursor(rows, page) };
  }

  async count(filter: ModerationFilter): Promise<number> {
    const [row] = await this.run(
      sql<{ count: number }>`
        select count(*)::int as count from reviews r ${productOf(filter)} where ${conditionOf(filter)}`,
    );
    return row?.count ?? 0;
  }

  async lock(reviewId: string): Promise<JudgedReview | undefined> {
    // The product before the review, like those who write one.
    await this.run(sql`
      select p.id from products p where p.id = (select product_id from reviews where id = ${reviewId})
      for no key update`);
    const [row] = await this.run(sql<JudgedReview>`
      select id, product_id as "productId", user_id as "userId", rating, status from reviews where id = ${reviewId}
      for no key update`);
    return row;
  }

  async setStatus(
    reviewId: string,
    verdict: ModerationVerdict,
    note: string | undefined,
    moderator: string | undefined,
  ): Promise<void> {
    await this.run(sql`
      update reviews set status = ${verdict}, moderation_note = ${note ?? null}, moderated_by = ${moderator ?? null},
        moderated_at = now()
      where id = ${reviewId}`);
  }

  async countRating(productId: string, rating: number, change: number): Promise<ProductRating> {
    const [row] = await this.run(countRating(productId, rating, change));
    if (row === undefined) throw new Error('A locked product is gone');
    return { rating: Number(row.rating), reviewCount: row.review_count };
  }

  private async run<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    return (await statement.execute(this.database.query)).rows;
  }
}

/** What a count needs of the product: nothing, but for a search. */
function productOf({ search }: ModerationFilter): RawBuilder<unknown> {
  return search === undefined ? sql`` : sql`join products p on p.id = r.product_id`;
}

function toModerated(row: ModeratedRow): ModeratedReview {
  return {
    ...toReview(row),
    status: row.status,
    productName: row.product_name,
    note: row.moderation_note ?? undefined,
    moderatedBy: row.moderated_by ?? undefined,
    moderatedAt: row.moderated_at ?? undefined,
  };
}

function conditionOf({ id, status, productId, userId, search }: ModerationFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (id !== undefined) conditions.push(sql`r.id = ${id}`);
  // Written without a parameter, so that the partial index serves the queue.
  else if (status === undefined) conditions.push(sql`r.status in ('PENDING', 'PUBLISHED')`);
  if (status !== undefined) conditions.push(sql`r.status = ${status}`);
  if (productId !== undefined) conditions.push(sql`r.product_id = ${productId}`);
  if (userId !== undefined) conditions.push(sql`r.user_id = ${userId}`);
  if (search !== undefined) {
    const part = `%${search.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
    conditions.push(sql`(r.title ilike ${part} or r.comment ilike ${part} or p.name ilike ${part})`);
  }
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}
