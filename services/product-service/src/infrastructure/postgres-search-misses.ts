import { Inject, Injectable } from '@nestjs/common';
import { Database, offsetOf, type PageRequest, sql } from '@vici/database';
import { type SearchMiss, SearchMisses } from '../application/search-misses.js';
import { storableText } from '../domain/product-query.js';
import type { ProductTables } from './product.tables.js';

/** Different queries remembered: who makes them up does not fill the disk. */
const MOST_QUERIES = 20_000;

/** The table search_misses. */
@Injectable()
export class PostgresSearchMisses extends SearchMisses {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async record(text: string): Promise<void> {
    await sql`
      insert into search_misses (query)
      select query from search_text(${storableText(text)}) as query
      where query <> '' and (
        exists (select from search_misses known where known.query = search_text(${storableText(text)}))
        or (select count(*) from search_misses) < ${MOST_QUERIES}
      )
      on conflict (query) do update set count = search_misses.count + 1, last_at = now()`.execute(
      this.database.query,
    );
  }

  async list(page: PageRequest): Promise<{ misses: SearchMiss[]; total: number }> {
    const { query } = this.database;
    const [misses, { total }] = await Promise.all([
      query
        .selectFrom('search_misses')
        .select(['query', 'count', 'first_at as firstAt', 'last_at as lastAt'])
        .orderBy('count', 'desc')
        .orderBy('query')
        .limit(page.limit)
        .offset(offsetOf(page))
        .execute(),
      query
        .selectFrom('search_misses')
        .select(({ fn }) => fn.countAll<bigint>().as('total'))
        .executeTakeFirstOrThrow(),
    ]);
    return { misses, total: Number(total) };
  }
}
