import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { UploadRepository } from '../application/upload.repository.js';
import type { ShopperTables } from './product.tables.js';

const NOBODY = 'Former customer';

/** A person's reviews, votes and pictures. A review stays for those who read it, without saying who wrote it. */
@Injectable()
export class ProductPersonalData extends PersonalData {
  readonly service = 'product-service';

  constructor(
    @Inject(Database) private readonly database: Database<ShopperTables>,
    private readonly uploads: UploadRepository,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const { query } = this.database;
    const reviews = await query
      .selectFrom('reviews')
      .select(['product_id', 'rating', 'title', 'comment', 'images', 'created_at'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .execute();
    for (const review of reviews) yield { section: 'reviews', record: { ...review } };
    const votes = await query
      .selectFrom('review_votes')
      .select('review_id')
      .where('user_id', '=', userId)
      .execute();
    for (const vote of votes) yield { section: 'votes', record: { ...vote } };
    for (const { kind, url, createdAt } of await this.uploads.of(userId))
      yield { section: 'pictures', record: { kind, url, createdAt } };
  }

  async erase(userId: string): Promise<Erasure> {
    await this.uploads.showAvatar(userId, undefined);
    const pictures = await this.uploads.giveUpUnshownOf(userId);
    const names = await this.database.query
      .updateTable('review_authors')
      // Whatever is told of the profile from now on comes too late.
      .set({ name: NOBODY, avatar: null, as_of: new Date('9999-12-31T00:00:00.000Z') })
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const votes = await this.withdrawVotes(userId);
    const purchases = await this.database.query
      .deleteFrom('buyers')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const { count } = await this.database.query
      .selectFrom('reviews')
      .select((row) => row.fn.countAll<bigint>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const reason = `Other shoppers rely on them; they are signed "${NOBODY}".`;
    return {
      erased: {
        names: Number(names.numUpdatedRows),
        votes,
        pictures,
        purchases: Number(purchases.numDeletedRows),
      },
      ...(count > 0n && { kept: [{ what: 'reviews', count: Number(count), reason }] }),
    };
  }

  /** A review's count is the number of its votes, before and after. */
  private async withdrawVotes(userId: string): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      with withdrawn as (delete from review_votes where user_id = ${userId} returning review_id)
      update reviews set helpful = helpful - 1 from withdrawn where reviews.id = withdrawn.review_id`.execute(
      this.database.query,
    );
    return Number(numAffectedRows);
  }
}
