import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { Insertable, Selectable } from 'kysely';
import {
  type DeletedProduct,
  ProductRepository,
  type StockLevel,
} from '../application/product.repository.js';
import type { CatalogueProduct } from '../domain/catalogue.js';
import { LOG_LOCK, turnUnder } from './log-lock.js';
import type { RecommendationTables } from './recommendation.tables.js';

type ProductTable = RecommendationTables['products'];

/** The copy of the catalogue in recommendation_db. */
@Injectable()
export class PostgresProductRepository extends ProductRepository {
  constructor(@Inject(Database) private readonly database: Database<RecommendationTables>) {
    super();
  }

  async save(products: readonly CatalogueProduct[]): Promise<void> {
    await this.#upsert(latest(products, ({ version }) => version).map(toRow), '<');
  }

  async markDeleted(products: readonly DeletedProduct[]): Promise<void> {
    const rows = latest(products, ({ version }) => version).map(({ id, version }) => ({
      product_id: id,
      version,
      deleted: true,
      brand: null,
    }));
    // A deletion may carry the version of the last change.
    await this.#upsert(rows, '<=');
  }

  async saveStock(levels: readonly StockLevel[]): Promise<void> {
    const newest = latest(
      levels.map((level) => ({ ...level, id: level.productId })),
      ({ at }) => at.getTime(),
    );
    if (newest.length === 0) return;
    await sql`
      with ${turnUnder(LOG_LOCK.catalogue)}
      insert into product_stock (product_id, available, as_of)
      select given.* from turn, unnest(
        ${newest.map(({ id }) => id)}::uuid[],
        ${newest.map(({ available }) => available)}::integer[],
        ${newest.map(({ at }) => at.toISOString())}::timestamptz[]
      ) as given
      on conflict (product_id) do update set
        available = excluded.available, as_of = excluded.as_of, change = excluded.change
      where product_stock.as_of <= excluded.as_of`.execute(this.database.query);
  }

  async #upsert(rows: readonly Insertable<ProductTable>[], storedIs: '<' | '<='): Promise<void> {
    if (rows.length === 0) return;
    // Changes are numbered in the order in which they commit.
    await sql`select pg_advisory_xact_lock(${LOG_LOCK.catalogue})`.execute(this.database.query);
    await this.database.query
      .insertInto('products')
      .values([...rows])
      .onConflict((on) =>
        on
          .column('product_id')
          .doUpdateSet(({ ref }) => ({
            version: ref('excluded.version'),
            deleted: ref('excluded.deleted'),
            name: ref('excluded.name'),
            category_path: ref('excluded.category_path'),
            category_name: ref('excluded.category_name'),
            tags: ref('excluded.tags'),
            brand: ref('excluded.brand'),
            price: ref('excluded.price'),
            image: ref('excluded.image'),
            rating: ref('excluded.rating'),
            active: ref('excluded.active'),
            created_at: ref('excluded.created_at'),
            change: ref('excluded.change'),
          }))
          .whereRef('products.version', storedIs, 'excluded.version'),
      )
      .execute();
  }
}

/** One statement may touch a row once: of several words on one product the last one stands. */
function latest<T extends { readonly id: string }>(changes: readonly T[], age: (change: T) => number): T[] {
  const byId = new Map<string, T>();
  for (const change of changes) {
    const known = byId.get(change.id);
    if (known === undefined || age(change) >= age(known)) byId.set(change.id, change);
  }
  // In one order, so that two batches never wait for each other in a circle.
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function toRow(product: CatalogueProduct): Insertable<ProductTable> {
  return {
    product_id: product.id,
    version: product.version,
    deleted: false,
    name: product.name,
    category_path: [...product.categoryPath],
    category_name: product.categoryName,
    tags: [...product.tags],
    brand: product.brand ?? null,
    price: product.price,
    image: product.image,
    rating: product.rating,
    active: product.active,
    created_at: new Date(product.createdAt),
  };
}

export function toProduct(row: Selectable<ProductTable>): CatalogueProduct {
  return {
    id: row.product_id,
    version: Number(row.version),
    name: row.name,
    categoryPath: row.category_path,
    categoryName: row.category_name,
    tags: row.tags,
    ...(row.brand !== null && { brand: row.brand }),
    price: Number(row.price),
    image: row.image,
    rating: row.rating,
    active: row.active,
    createdAt: row.created_at.getTime(),
  };
}
