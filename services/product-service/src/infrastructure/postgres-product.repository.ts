import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import {
  ProductRepository,
  type SavedProduct,
  type SkuOwner,
  type StoredProduct,
} from '../application/product.repository.js';
import { slugStem } from '../domain/slug.js';
import { CATALOGUE_LOCK } from './catalogue-lock.js';
import type { ProductTables } from './product.tables.js';
import {
  forgetSlugs,
  rememberSlugs,
  removeVariants,
  writeProducts,
  writeVariants,
} from './product-writes.js';
import { refreshSearch } from './search-index.js';
import { recomputeStock } from './stock-of-products.js';
import { type StoredProductRow, storedProducts, toStoredProduct } from './stored-product.rows.js';

/** The catalogue of product_db as it is written. */
@Injectable()
export class PostgresProductRepository extends ProductRepository {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async lockCatalogue(): Promise<void> {
    await this.run(sql`select pg_advisory_xact_lock(${CATALOGUE_LOCK})`);
  }

  async categoryIds(slugs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.run(
      sql<{ slug: string; id: string }>`
        select slug, id from categories where slug = any(${[...slugs]})
        union all
        select id::text, id from categories where id::text = any(${[...slugs]})`,
    );
    return new Map(rows.map(({ slug, id }) => [slug, id]));
  }

  async storedBySku(skus: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>> {
    // In id order, like every statement that locks several products: nobody waits in a circle.
    await this.run(sql`select from products where sku = any(${[...skus]}) order by id for update`);
    const rows: readonly StoredProductRow[] = await this.run(storedProducts(sql`p.sku = any(${[...skus]})`));
    return new Map(rows.map((row) => [row.sku, toStoredProduct(row)]));
  }

  async storedById(id: string): Promise<StoredProduct | undefined> {
    await this.run(sql`select from products where id = ${id} for update`);
    const [row] = await this.run(storedProducts(sql`p.id = ${id} and p.deleted_at is null`));
    return row && toStoredProduct(row);
  }

  async remove(id: string): Promise<bigint> {
    const [row] = await this.run(sql<{ version: bigint }>`
      update products set deleted_at = now(), updated_at = now(), version = version + 1 where id = ${id}
      returning version`);
    if (row === undefined) throw new Error('A locked product is gone');
    await this.refresh([id]);
    return row.version;
  }

  async switchPrices(limit: number): Promise<readonly string[]> {
    // The sale may have been changed since the row was chosen: it is the present one that decides.
    const rows = await this.run(sql<{ id: string }>`
      update products p set
        price_minor = case when moment.runs then p.sale_price_minor else p.list_price_minor end,
        original_price_minor = case when moment.runs then greatest(p.list_price_minor, p.list_original_price_minor)
          else p.list_original_price_minor end,
        price_changes_at = next_price_change(p.sale_period, moment.at),
        version = p.version + 1, updated_at = moment.at
      from (
        select due.id, due.sale_period @> statement_timestamp() as runs, statement_timestamp() as at
        from products due where due.price_changes_at <= statement_timestamp()
        order by due.id limit ${limit} for update skip locked
      ) moment
      where p.id = moment.id
      returning p.id`);
    return rows.map(({ id }) => id);
  }

  async nextPriceChange(): Promise<Date | undefined> {
    const [row] = await this.run(
      sql<{ next: Date | null }>`select min(price_changes_at) as next from products`,
    );
    return row?.next ?? undefined;
  }

  async takenIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.run(
      sql<{ id: string }>`select id from products where id = any(${[...ids]}::uuid[])`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  async skuOwners(skus: readonly string[]): Promise<readonly SkuOwner[]> {
    const rows = await this.run(sql<{ sku: string; product_id: string }>`
      select sku, id as product_id from products where sku = any(${[...skus]})
      union all
      select sku, product_id from variants where sku = any(${[...skus]}) and removed_at is null`);
    return rows.map(({ sku, product_id }) => ({ sku, productId: product_id }));
  }

  async slugsLike(slugs: readonly string[]): Promise<readonly (readonly [string, string])[]> {
    const stems = [...new Set(slugs.flatMap((slug) => [slug, slugStem(slug)]))];
    const rows = await this.run(sql<{ slug: string; id: string }>`
      select slug, id from products
      where slug = any(${[...slugs]}) or regexp_replace(slug, '-[0-9]+$', '') = any(${stems})
      union all
      select slug, product_id from former_slugs
      where slug = any(${[...slugs]}) or regexp_replace(slug, '-[0-9]+$', '') = any(${stems})`);
    return rows.map(({ slug, id }) => [slug, id] as const);
  }

  async save(products: readonly SavedProduct[]): Promise<void> {
    if (products.length === 0) return;
    const ids = products.map(({ id }) => id);
    await this.run(rememberSlugs(products));
    await this.run(writeProducts(products));
    await this.run(forgetSlugs(products));
    await this.run(removeVariants(products));
    await this.run(writeVariants(products));
    await this.refresh(ids);
    await this.run(recomputeStock(ids));
  }

  async touchInCategories(categoryIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.run(sql<{ id: string }>`
      select p.id from products p
      where p.category_id = any(${[...categoryIds]}::uuid[]) and p.deleted_at is null
      order by p.id for update`);
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return ids;
    await this.run(
      sql`update products set version = version + 1, updated_at = now() where id = any(${ids}::uuid[])`,
    );
    await this.refresh(ids);
    return ids;
  }

  async countInCategory(categoryId: string): Promise<number> {
    const [row] = await this.run(
      sql<{ count: number }>`select count(*)::int as count from products where category_id = ${categoryId}`,
    );
    return row?.count ?? 0;
  }

  async moveToCategory(fromId: string, toId: string): Promise<readonly string[]> {
    await this.run(sql`select from products where category_id = ${fromId} order by id for update`);
    const rows = await this.run(sql<{ id: string; is_deleted: boolean }>`
      update products set category_id = ${toId}, version = version + 1, updated_at = now()
      where category_id = ${fromId}
      returning id, deleted_at is not null as is_deleted`);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await this.refresh(ids);
    return rows.flatMap(({ id, is_deleted }) => (is_deleted ? [] : [id]));
  }

  private async refresh(ids: readonly string[]): Promise<void> {
    await this.run(refreshSearch(ids));
  }

  private async run<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    return (await statement.execute(this.database.query)).rows;
  }
}
