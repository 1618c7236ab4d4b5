import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { ProductActivity, type Purchase, type StockLevel } from '../application/product-activity.js';
import { CATALOGUE_LOCK } from './catalogue-lock.js';
import type { ProductTables } from './product.tables.js';
import { recomputeStock } from './stock-of-products.js';

/** Notes of sales counted in one transaction. */
const MOST_COUNTED = 10_000;

/** Stock levels and sales in product_db. */
@Injectable()
export class PostgresProductActivity extends ProductActivity {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async recordStock(levels: readonly StockLevel[]): Promise<readonly string[]> {
    return await this.database.transaction(async () => {
      const { query } = this.database;
      const news = await sql<{ sku: string }>`
        with held as materialized (select pg_advisory_xact_lock_shared(${CATALOGUE_LOCK}))
        insert into stock_levels (sku, available, backorderable, version)
        select distinct on (sku) sku, available, backorderable, version
        from held, unnest(
          (select ${levels.map(({ sku }) => sku)}::text[]),
          (select ${levels.map(({ available }) => available)}::int[]),
          (select ${levels.map(({ backorderable = 0 }) => backorderable)}::int[]),
          (select ${levels.map(({ version }) => version)}::bigint[])
        ) as told (sku, available, backorderable, version)
        order by sku, version desc
        on conflict (sku) do update set available = excluded.available, backorderable = excluded.backorderable,
          version = excluded.version
        where stock_levels.version < excluded.version
        returning sku`.execute(query);
      const skus = news.rows.map(({ sku }) => sku);
      if (skus.length === 0) return skus;
      const named = sql`(select ${skus}::text[])::text[]`;
      const locked = await sql<{ id: string }>`
        select id from products
        where id = any(array(
          select id from products where sku = any(${named})
          union
          select product_id from variants where sku = any(${named}) and removed_at is null
        ))
        order by id for no key update`.execute(query);
      await this.database.executeWithCommit(recomputeStock(locked.rows.map(({ id }) => id)));
      return skus;
    });
  }

  async recordPurchases(purchases: readonly Purchase[]): Promise<void> {
    // As subselects, so that the plans do not depend on how many there are: ones that do are made for every call.
    const users = sql`(select ${purchases.map(({ userId }) => userId)}::uuid[])`;
    const products = sql`(select ${purchases.map(({ productId }) => productId)}::uuid[])`;
    const units = sql`(select ${purchases.map((purchase) => purchase.units)}::bigint[])`;
    // A review being written holds its product against this insert's foreign key: it either sees the buyer or is seen
    // by the next statement. In the order of the ids, like everybody who locks several products.
    await this.database.executeWithCommit(sql`
      with noted as (
        insert into uncounted_sales (product_id, units)
        select id, units from unnest(${products}, ${units}) as sold (id, units)
      )
      insert into buyers (user_id, product_id)
      select distinct user_id, id from unnest(${users}, ${products}) as bought (user_id, id) join products using (id)
      order by id, user_id
      on conflict do nothing`);
    await this.database.executeWithCommit(sql`
      update reviews r set verified = true
      from unnest(${users}, ${products}) as bought (user_id, product_id)
      where r.user_id = bought.user_id and r.product_id = bought.product_id and not r.verified`);
  }

  async countSales(): Promise<boolean> {
    return await this.database.transaction(async () => {
      const { query } = this.database;
      const taken = await sql<{ id: string; units: bigint; notes: number }>`
        with taken as (
          delete from uncounted_sales where ctid = any(array(
            select ctid from uncounted_sales limit ${MOST_COUNTED} for update skip locked
          ))
          returning product_id, units
        )
        select product_id as id, sum(units)::bigint as units, count(*)::int as notes
        from taken group by product_id`.execute(query);
      if (taken.rows.length === 0) return false;
      const ids = taken.rows.map(({ id }) => id);
      await sql`select from products where id = any(${ids}::uuid[]) order by id for no key update`.execute(
        query,
      );
      await this.database.executeWithCommit(sql`
        update products p set popularity = p.popularity + sold.units
        from unnest(${ids}::uuid[], ${taken.rows.map(({ units }) => units)}::bigint[]) as sold (id, units)
        where p.id = sold.id`);
      return taken.rows.reduce((sum, { notes }) => sum + notes, 0) === MOST_COUNTED;
    });
  }

  async uncountedSales(): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from uncounted_sales`.execute(this.database.query);
    return rows[0]?.count ?? 0;
  }

  async recordPastSales(origin: string, units: ReadonlyMap<string, number>): Promise<number> {
    const ids = [...units.keys()];
    return await this.database.transaction(async () => {
      const { query } = this.database;
      await sql`select from products where id = any(${ids}::uuid[]) order by id for no key update`.execute(
        query,
      );
      const { numAffectedRows } = await sql`
        with told as (
          select told.id, told.units, told.units - coalesce(before.units, 0) as more
          from unnest(${ids}::uuid[], ${[...units.values()]}::bigint[]) as told (id, units)
          left join past_sales before on before.origin = ${origin} and before.product_id = told.id
        ), counted as (
          update products p set popularity = p.popularity + told.more
          from told where p.id = told.id and told.more <> 0
          returning p.id, told.units
        )
        insert into past_sales (origin, product_id, units) select ${origin}, id, units from counted
        on conflict (origin, product_id) do update set units = excluded.units`.execute(query);
      return Number(numAffectedRows ?? 0n);
    });
  }
}
