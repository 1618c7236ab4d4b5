import { Inject, Injectable } from '@nestjs/common';
import { Database, ListOrder, type PageRequest, type Placed, type SortKey, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import {
  AdminCatalogue,
  type AdminProduct,
  type AdminProductFilter,
  type AdminProductPage,
  type AdminProductSlice,
  type AdminProductSort,
} from '../application/admin-catalogue.js';
import { storableText } from '../domain/product-query.js';
import { type ProductViewRow, productView, toProduct } from './product.rows.js';
import type { ProductTables } from './product.tables.js';
import { categoryBranch } from './product-conditions.js';

interface VariantPricesJson {
  readonly id: string;
  /** As text: a JSON number would lose digits of a bigint. */
  readonly listPriceMinor: string;
  readonly salePriceMinor: string | null;
}

interface AdminProductRow extends ProductViewRow {
  readonly category_slug: string;
  readonly list_price_minor: bigint;
  readonly list_original_price_minor: bigint | null;
  readonly sale_price_minor: bigint | null;
  readonly sale_from: Date | null;
  readonly sale_until: Date | null;
  readonly variant_prices: readonly VariantPricesJson[];
  readonly deleted_at: Date | null;
}

const ID: SortKey = { column: 'p.id', type: 'uuid' };
const ORDERS: Readonly<Record<AdminProductSort, ListOrder>> = {
  newest: ListOrder.byTime('p.created_at', 'p.id'),
  updated: ListOrder.byTime('p.updated_at', 'p.id'),
  name: new ListOrder([{ column: 'p.name_text', type: 'text' }, ID]),
  sku: new ListOrder([{ column: 'p.sku', type: 'text' }, ID]),
  stock: new ListOrder([{ column: 'p.stock', type: 'bigint' }, ID]),
};

/** The catalogue of product_db as it is kept. */
@Injectable()
export class PostgresAdminCatalogue extends AdminCatalogue {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async page(
    filter: AdminProductFilter,
    sort: AdminProductSort,
    page: PageRequest,
  ): Promise<AdminProductPage> {
    const [slice, { rows }] = await Promise.all([
      this.slice(filter, sort, page),
      sql<{ total: number }>`
        select count(*)::int as total from products p where ${conditionOf(filter)}`.execute(
        this.database.query,
      ),
    ]);
    return { ...slice, total: rows[0]?.total ?? 0 };
  }

  async slice(
    filter: AdminProductFilter,
    sort: AdminProductSort,
    page: PageRequest,
  ): Promise<AdminProductSlice> {
    const order = ORDERS[sort];
    const { rows } = await sql<{ id: string } & Placed>`
      select p.id, ${order.place} as list_place from products p where ${conditionOf(filter)} and ${order.after(page)}
      ${order.within(page)}`.execute(this.database.query);
    const products = await this.select(rows.map(({ id }) => id));
    return { products, nextCursor: order.nextCursor(rows, page) };
  }

  async after(
    filter: AdminProductFilter,
    afterId: string | undefined,
    limit: number,
  ): Promise<AdminProduct[]> {
    const rest = afterId === undefined ? sql`true` : sql`p.id > ${afterId}`;
    const { rows } = await sql<{ id: string }>`
      select p.id from products p where ${conditionOf(filter)} and ${rest} order by p.id limit ${limit}`.execute(
      this.database.query,
    );
    return await this.select(rows.map(({ id }) => id));
  }

  async find(id: string): Promise<AdminProduct | undefined> {
    const [product] = await this.select([id]);
    return product;
  }

  /** In the order of the ids. */
  private async select(ids: readonly string[]): Promise<AdminProduct[]> {
    if (ids.length === 0) return [];
    const { rows } = await sql<AdminProductRow>`
      select shown.*, kept.* from (${productView(sql`products p`)} where p.id = any(${[...ids]}::uuid[])) shown
      join lateral (
        select c.slug as category_slug, coalesce(p.list_price_minor, p.price_minor) as list_price_minor,
          case when p.sale_period is null then p.original_price_minor else p.list_original_price_minor end
            as list_original_price_minor,
          p.sale_price_minor, lower(p.sale_period) as sale_from, upper(p.sale_period) as sale_until, p.deleted_at,
          (select coalesce(jsonb_agg(jsonb_build_object(
            'id', v.id, 'listPriceMinor', v.price_minor::text, 'salePriceMinor', v.sale_price_minor::text
          ) order by v.position), '[]') from variants v where v.product_id = p.id and v.removed_at is null)
            as variant_prices
        from products p join categories c on c.id = p.category_id where p.id = shown.id
      ) kept on true
      order by array_position(${[...ids]}::uuid[], shown.id)`.execute(this.database.query);
    return rows.map(toAdminProduct);
  }
}

function conditionOf({ search, status, category, deleted }: AdminProductFilter): RawBuilder<boolean> {
  const conditions = [deleted ? sql`p.deleted_at is not null` : sql`p.deleted_at is null`];
  if (status !== undefined) conditions.push(sql`p.status = ${status}`);
  if (category !== undefined)
    conditions.push(sql`p.category_id in ${categoryBranch(storableText(category))}`);
  if (search !== undefined && search.trim() !== '') {
    const text = storableText(search);
    // search_text leaves no sign that LIKE would take for a wildcard.
    conditions.push(sql`(
      p.name_text like '%' || search_text(${text}) || '%'
      or p.sku_text like '%' || replace(search_text(${text}), ' ', '') || '%'
      or p.id in (select v.product_id from variants v where v.sku = ${text} and v.removed_at is null)
    )`);
  }
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

function toAdminProduct(row: AdminProductRow): AdminProduct {
  const sale =
    row.sale_price_minor === null
      ? undefined
      : {
          priceMinor: row.sale_price_minor,
          startsAt: row.sale_from ?? undefined,
          endsAt: row.sale_until ?? undefined,
        };
  return {
    ...toProduct(row),
    categorySlug: row.category_slug,
    listPriceMinor: row.list_price_minor,
    listOriginalPriceMinor: row.list_original_price_minor ?? undefined,
    sale,
    variantPrices: row.variant_prices.map(({ id, listPriceMinor, salePriceMinor }) => ({
      id,
      listPriceMinor: BigInt(listPriceMinor),
      salePriceMinor: salePriceMinor === null ? undefined : BigInt(salePriceMinor),
    })),
    deletedAt: row.deleted_at ?? undefined,
  };
}
