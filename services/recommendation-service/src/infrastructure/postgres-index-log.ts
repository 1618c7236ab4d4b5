import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { to as copyTo } from 'pg-copy-streams';
import type { BasketAddition } from '../application/basket.repository.js';
import {
  IndexLog,
  type LogPositions,
  type LogStretch,
  type ProductChange,
} from '../application/index-log.js';
import type { StockLevel } from '../application/product.repository.js';
import type { Interaction } from '../domain/interaction.js';
import { COPIED_COLUMNS, type CopiedStretch, readCopied } from './interaction-copy.js';
import { toInteraction } from './postgres-interaction.repository.js';
import { toProduct } from './postgres-product.repository.js';
import type { RecommendationTables } from './recommendation.tables.js';

/** A place in a log that the planner does not look at: it would plan each reading anew, as what follows is always little. */
function place(position: bigint) {
  return sql<bigint>`(select ${position}::bigint)`;
}

/** The logs in recommendation_db. */
@Injectable()
export class PostgresIndexLog extends IndexLog {
  constructor(@Inject(Database) private readonly database: Database<RecommendationTables>) {
    super();
  }

  async identity(): Promise<string> {
    const { id } = await this.database.query
      .selectFrom('log_identity')
      .select('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async heads(): Promise<LogPositions> {
    const { rows } = await sql<Record<keyof LogPositions, bigint>>`
      select coalesce((select max(position) from interactions), 0)::bigint as interactions,
        coalesce((select max(position) from basket_lines), 0)::bigint as "basketLines",
        coalesce((select max(change) from products), 0)::bigint as products,
        coalesce((select max(change) from product_stock), 0)::bigint as stock,
        coalesce((select max(position) from erased_shoppers), 0)::bigint as erasures`.execute(
      this.database.query,
    );
    const [heads] = rows;
    if (heads === undefined) throw new Error('A query without a table gave no row');
    return heads;
  }

  async interactionsAfter(position: bigint, limit: number): Promise<LogStretch<Interaction>> {
    const rows = await this.database.query
      .selectFrom('interactions')
      .selectAll()
      .where('position', '>', place(position))
      .orderBy('position')
      .limit(limit)
      .execute();
    return { rows: rows.map(toInteraction), next: rows.at(-1)?.position };
  }

  async *interactionsUpTo(after: bigint, upTo: bigint): AsyncGenerator<CopiedStretch> {
    // Not from the pool: it may take longer than a statement may there.
    const client = this.database.createClient();
    await client.connect();
    try {
      const rows = `select ${COPIED_COLUMNS} from interactions
        where position > ${after} and position <= ${upTo} order by position`;
      yield* readCopied(client.query(copyTo(`copy (${rows}) to stdout`)));
    } finally {
      await client.end();
    }
  }

  async basketLinesAfter(position: bigint, limit: number): Promise<LogStretch<BasketAddition>> {
    const rows = await this.database.query
      .selectFrom('basket_lines as line')
      .innerJoin('baskets as basket', 'basket.position', 'line.basket')
      .select(['line.position', 'basket.id', 'line.product_id'])
      .where('line.position', '>', place(position))
      .orderBy('line.position')
      .limit(limit)
      .execute();
    return {
      rows: rows.map(({ id, product_id }) => ({ basketId: id, productIds: [product_id] })),
      next: rows.at(-1)?.position,
    };
  }

  async productsAfter(position: bigint, limit: number): Promise<LogStretch<ProductChange>> {
    const rows = await this.database.query
      .selectFrom('products')
      .selectAll()
      .where('change', '>', place(position))
      .orderBy('change')
      .limit(limit)
      .execute();
    return {
      rows: rows.map((row) =>
        row.deleted
          ? { kind: 'deleted', id: row.product_id, version: Number(row.version) }
          : { kind: 'stored', product: toProduct(row) },
      ),
      next: rows.at(-1)?.change,
    };
  }

  async erasuresAfter(position: bigint, limit: number): Promise<LogStretch<string>> {
    const rows = await this.database.query
      .selectFrom('erased_shoppers')
      .select(['position', 'user_id'])
      .where('position', '>', place(position))
      .orderBy('position')
      .limit(limit)
      .execute();
    return { rows: rows.map(({ user_id }) => user_id), next: rows.at(-1)?.position };
  }

  async stockAfter(position: bigint, limit: number): Promise<LogStretch<StockLevel>> {
    const rows = await this.database.query
      .selectFrom('product_stock')
      .selectAll()
      .where('change', '>', place(position))
      .orderBy('change')
      .limit(limit)
      .execute();
    return {
      rows: rows.map(({ product_id, available, as_of }) => ({ productId: product_id, available, at: as_of })),
      next: rows.at(-1)?.change,
    };
  }
}
