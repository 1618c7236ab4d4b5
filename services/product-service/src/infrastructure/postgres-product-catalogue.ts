import { Inject, Injectable } from '@nestjs/common';
import { Database, type PageRequest, sql } from '@vici/database';
import { CONFIG, deterministicId } from '@vici/utils';
import type { RawBuilder } from 'kysely';
import {
  type FoundPage,
  type ListPage,
  type PriceStatistics,
  ProductCatalogue,
  type ProductCriteria,
  type ProductPage,
} from '../application/product-catalogue.js';
import { type ListCount, writeCursor } from '../domain/list-cursor.js';
import type { PricedProduct, Product } from '../domain/product.js';
import { EVERYTHING, fixedSort } from '../domain/product-query.js';
import type { ProductConfig } from '../product.config.js';
import {
  type BestRow,
  bestMatches,
  foundPage,
  MAX_COUNTED as MAX_MATCHED,
  popularNames,
} from './found-page.js';
import { entriesOfPage } from './listing-order.js';
import { PostgresFacets } from './postgres-facets.js';
import { pricedProducts, toPricedProducts } from './priced-product.rows.js';
import { type ProductViewRow, productView, toProduct } from './product.rows.js';
import type { ProductTables } from './product.tables.js';
import { conditionOf } from './product-conditions.js';

/** Counting stops here: a count over more rows costs more than it tells. */
const MAX_COUNTED = 10_000;
/** Who goes from page to page is told the count of the first one for so long. */
const COUNT_KEPT_MS = 60_000;

interface Plan {
  readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
}

/** The catalogue of product_db as it is read. */
@Injectable()
export class PostgresProductCatalogue extends ProductCatalogue {
  constructor(
    @Inject(Database) private readonly database: Database<ProductTables>,
    @Inject(CONFIG) private readonly config: Pick<ProductConfig, 'SHOP_CURRENCY'>,
    private readonly facets: PostgresFacets,
  ) {
    super();
  }

  async page(criteria: ProductCriteria, page: ListPage): Promise<ProductPage> {
    const { sort, match } = criteria;
    if (sort === 'relevance' && match !== undefined) {
      const { rows } = await bestMatches({ ...criteria, match }, page).execute(this.database.query);
      return await this.found(criteria, rows[0]);
    }
    const fixed = fixedSort(sort);
    const [{ rows: entries }, count] = await Promise.all([
      entriesOfPage(criteria, fixed, page).execute(this.database.query),
      this.countOnce(criteria, page.after?.count),
    ]);
    const last = entries.length < page.limit ? undefined : entries.at(-1);
    const products = await this.findAll(entries.map(({ id }) => id));
    return {
      products,
      total: count.total,
      totalIsEstimate: count.totalIsEstimate,
      nextCursor: last && writeCursor({ sort: fixed, values: last.place, count }),
    };
  }

  async search(criteria: ProductCriteria, page: PageRequest): Promise<FoundPage> {
    const { rows } = await foundPage(criteria, page).execute(this.database.query);
    const [row] = rows;
    const [products, facets] = await Promise.all([
      this.found(criteria, row),
      row === undefined ? [] : this.facets.read(row.labels),
    ]);
    return { ...products, facets, popularNames: row?.names ?? [] };
  }

  async popularNames(): Promise<readonly string[]> {
    return (await popularNames().execute(this.database.query)).rows.map(({ name }) => name);
  }

  async findById(id: string): Promise<Product | undefined> {
    return await this.findOne(sql`p.id = ${id}`);
  }

  async findBySlug(slug: string): Promise<Product | undefined> {
    // One it had before leads to it as well.
    return (
      (await this.findOne(sql`p.slug = ${slug}`)) ??
      (await this.findOne(sql`p.id = (select product_id from former_slugs where slug = ${slug})`))
    );
  }

  async findAll(ids: readonly string[], texts = true): Promise<Product[]> {
    if (ids.length === 0) return [];
    // As a subselect, so that the plan does not depend on how many are wanted: one that does is made for every call.
    const wanted = sql`unnest((select ${[...ids]}::uuid[])) with ordinality as wanted (id, position)
      join products p on p.id = wanted.id and p.deleted_at is null`;
    return await this.select(sql<ProductViewRow>`${productView(wanted, texts)} order by wanted.position`);
  }

  async findPriced(ids: readonly string[], variantIds: readonly string[]): Promise<PricedProduct[]> {
    if (ids.length === 0) return [];
    const { rows } = await pricedProducts(ids, variantIds).execute(this.database.query);
    const byId = toPricedProducts(rows);
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  async priceStatistics(category: string | undefined): Promise<PriceStatistics> {
    const within = conditionOf({ filter: { ...EVERYTHING, category }, sort: 'newest' });
    const { rows } = await sql<{
      count: number;
      min: bigint | null;
      max: bigint | null;
      sum: string | null;
      currency: string | null;
    }>`
      select count(*)::int as count, min(l.price_minor) as min, max(l.price_minor) as max,
        sum(l.price_minor)::text as sum,
        (select p.currency from products p join product_listings l on l.id = p.id where ${within} limit 1) as currency
      from product_listings l where ${within}`.execute(this.database.query);
    const [row] = rows;
    return {
      count: row?.count ?? 0,
      min: row?.min ?? 0n,
      max: row?.max ?? 0n,
      sum: BigInt(row?.sum ?? 0),
      currency: row?.currency ?? this.config.SHOP_CURRENCY,
    };
  }

  private async findOne(condition: RawBuilder<unknown>): Promise<Product | undefined> {
    const [product] = await this.select(
      sql<ProductViewRow>`${productView(sql`products p`)} where ${condition} and p.deleted_at is null order by p.id`,
    );
    return product;
  }

  private async select(view: RawBuilder<ProductViewRow>): Promise<Product[]> {
    const { rows } = await view.execute(this.database.query);
    return rows.map(toProduct);
  }

  private async found(criteria: ProductCriteria, row: BestRow | undefined): Promise<ProductPage> {
    const matched = row?.total ?? 0;
    const [products, total] = await Promise.all([
      this.findAll(row?.hits ?? []),
      matched < MAX_MATCHED ? { total: matched, totalIsEstimate: false } : this.count(criteria),
    ]);
    return { products, ...total };
  }

  /** @param known what the cursor of the page brings along; of use only if it is of the same list, and young */
  private async countOnce(criteria: ProductCriteria, known: ListCount | undefined): Promise<ListCount> {
    const of = listOf(criteria);
    const now = Date.now();
    if (known?.of === of && known.at > now - COUNT_KEPT_MS) return known;
    return { ...(await this.count(criteria)), of, at: now };
  }

  private async count(criteria: ProductCriteria): Promise<Pick<ProductPage, 'total' | 'totalIsEstimate'>> {
    const condition = conditionOf(criteria);
    const { rows } = await sql<{ total: number }>`
      select count(*)::int as total
      from (select from product_listings l where ${condition} limit ${MAX_COUNTED + 1}) counted`.execute(
      this.database.query,
    );
    const total = rows[0]?.total ?? 0;
    if (total <= MAX_COUNTED) return { total, totalIsEstimate: false };
    const plan =
      await sql<Plan>`explain (format json) select from product_listings l where ${condition}`.execute(
        this.database.query,
      );
    const estimate = plan.rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
    return { total: Math.max(estimate, total), totalIsEstimate: true };
  }
}

/** Stands for the products of a list, whatever their order. */
function listOf({ filter, match }: ProductCriteria): string {
  const asked = JSON.stringify([filter, match], (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return deterministicId('list', asked);
}
