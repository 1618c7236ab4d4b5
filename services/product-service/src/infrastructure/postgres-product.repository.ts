import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type RawBuilder, sql } from 'kysely';
import {
  ProductRepository,
  type SavedProduct,
  type SkuOwner,
  type StoredProduct,
} from '../application/product.repository.js';
import { slugStem } from '../domain/slug.js';
import { CATALOGUE_LOCK } from './catalogue-lock.js';
import type { ProductTables } from './product.tables.js';
import { removeVariants, writeProducts, writeVariants } from './product-writes.js';
import { dropUnusedWords, refreshSearch } from './search-index.js';
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
      sql<{ slug: string; id: string }>`select slug, id from categories where slug = any(${[...slugs]})`,
    );
    return new Map(rows.map(({ slug, id }) => [slug, id]));
  }

  async storedBySku(skus: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>> {
    // In id order, like every statement that locks several products: nobody waits in a circle.
    await this.run(sql`select from products where sku = any(${[...skus]}) order by id for update`);
    const rows: readonly StoredProductRow[] = await this.run(storedProducts(skus));
    return new Map(rows.map((row) => [row.sku, toStoredProduct(row)]));
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
      where slug = any(${[...slugs]}) or regexp_replace(slug, '-[0-9]+$', '') = any(${stems})`);
    return rows.map(({ slug, id }) => [slug, id] as const);
  }

  async save(products: readonly SavedProduct[]): Promise<void> {
    if (products.length === 0) return;
    const ids = products.map(({ id }) => id);
    await this.run(writeProducts(products));
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

  private async refresh(ids: readonly string[]): Promise<void> {
    await this.run(refreshSearch(ids));
    await this.run(dropUnusedWords());
  }

  private async run<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    return (await statement.execute(this.database.query)).rows;
  }
}
