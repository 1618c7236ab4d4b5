import { Inject, Injectable } from '@nestjs/common';
import { Database, offsetOf, type PageRequest, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import { type NewReview, type ProductRating, ReviewRepository } from '../application/review.repository.js';
import type { Review, ReviewAuthor, ReviewSort } from '../domain/review.js';
import { isShownReview } from '../domain/review-status.js';
import type { ProductTables } from './product.tables.js';
import { SHOWN } from './product-conditions.js';
import { countRating } from './product-rating.js';
import { REVIEW_COLUMNS, type ReviewRow, toReview } from './review.rows.js';

/** True for the reviews that shoppers see. */
const SHOWN_REVIEW = sql<boolean>`r.status in ('PUBLISHED', 'APPROVED')`;

const ORDERS: Readonly<Record<ReviewSort, RawBuilder<unknown>>> = {
  newest: sql`r.created_at desc, r.id desc`,
  oldest: sql`r.created_at, r.id`,
  rating_high: sql`r.rating desc, r.created_at desc, r.id desc`,
  rating_low: sql`r.rating, r.created_at desc, r.id desc`,
  helpful: sql`r.helpful desc, r.created_at desc, r.id desc`,
};

/** The reviews of product_db. */
@Injectable()
export class PostgresReviewRepository extends ReviewRepository {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async count(productId: string): Promise<number | undefined> {
    const [product] = await this.run(
      sql<{
        review_count: number;
      }>`select review_count from products p where p.id = ${productId} and ${SHOWN}`,
    );
    return product?.review_count;
  }

  async page(productId: string, sort: ReviewSort, page: PageRequest): Promise<Review[]> {
    return await this.select(sql`
      r.product_id = ${productId} and ${SHOWN_REVIEW} order by ${ORDERS[sort]} limit ${page.limit} offset ${offsetOf(page)}`);
  }

  async find(id: string): Promise<Review | undefined> {
    const [review] = await this.select(sql`r.id = ${id}`);
    return review;
  }

  async idOfCall(userId: string, productId: string, idempotencyKey: string): Promise<string | undefined> {
    const [review] = await this.run(sql<{ id: string }>`
      select id from reviews
      where user_id = ${userId} and product_id = ${productId} and idempotency_key = ${idempotencyKey}`);
    return review?.id;
  }

  async lockProduct(productId: string): Promise<boolean> {
    // The strongest lock: a purchase refers to the product by a foreign key, which no weaker one holds up.
    const rows = await this.run(
      sql`select p.id from products p where p.id = ${productId} and ${SHOWN} for update`,
    );
    return rows.length > 0;
  }

  async saveAuthor({ userId, name, avatar, asOf }: ReviewAuthor): Promise<void> {
    await this.run(sql`
      insert into review_authors (user_id, name, avatar, as_of)
      values (${userId}, ${name}, ${avatar ?? null}, ${asOf})
      on conflict (user_id) do update
        set name = excluded.name, avatar = excluded.avatar, as_of = excluded.as_of
        where review_authors.as_of <= excluded.as_of`);
  }

  async add(review: NewReview): Promise<ProductRating | undefined> {
    const { productId, userId, rating } = review;
    const added = await this.run(sql`
      insert into reviews (
        id, product_id, user_id, rating, title, comment, images, idempotency_key, status, verified, created_at
      ) values (
        ${review.id}, ${productId}, ${userId}, ${rating}, ${review.title}, ${review.comment},
        ${[...review.images]}::text[], ${review.idempotencyKey ?? null}, ${review.status},
        exists (select from buyers where user_id = ${userId} and product_id = ${productId}),
        -- Not the start of the transaction, which may have waited: reviews of a product stand in the order they came.
        clock_timestamp()
      )
      on conflict (user_id, product_id) do nothing
      returning id`);
    if (added.length === 0) return undefined;
    return await this.countRating(productId, rating, isShownReview(review.status) ? 1 : 0);
  }

  async lockReview(productId: string, reviewId: string): Promise<string | undefined> {
    const [review] = await this.run(sql<{ user_id: string }>`
      select r.user_id from reviews r join products p on p.id = r.product_id
      where r.id = ${reviewId} and r.product_id = ${productId} and ${SHOWN_REVIEW} and ${SHOWN}
      for no key update of r`);
    return review?.user_id;
  }

  async addVote(reviewId: string, userId: string): Promise<boolean> {
    const counted = await this.run(sql`
      with vote as (
        insert into review_votes (review_id, user_id) values (${reviewId}, ${userId})
        on conflict do nothing returning review_id
      )
      update reviews r set helpful = r.helpful + 1 from vote where r.id = vote.review_id returning r.id`);
    return counted.length > 0;
  }

  private async countRating(productId: string, rating: number, change: number): Promise<ProductRating> {
    const [product] = await this.run(countRating(productId, rating, change));
    if (product === undefined) throw new Error('A locked product is gone');
    return { rating: Number(product.rating), reviewCount: product.review_count };
  }

  private async select(condition: RawBuilder<unknown>): Promise<Review[]> {
    const rows = await this.run(sql<ReviewRow>`
      select ${REVIEW_COLUMNS} from reviews r join review_authors a on a.user_id = r.user_id
      where ${condition}`);
    return rows.map(toReview);
  }

  private async run<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    return (await statement.execute(this.database.query)).rows;
  }
}
