import { Inject, Injectable } from '@nestjs/common';
import { Database, offsetOf, type PageRequest } from '@vici/database';
import { CONFIG } from '@vici/utils';
import { type RawBuilder, sql } from 'kysely';
import {
  type CatalogueOverview,
  type PriceStatistics,
  ProductCatalogue,
  type ProductCriteria,
  type ProductPage,
} from '../application/product-catalogue.js';
import type { Product } from '../domain/product.js';
import type { ProductConfig } from '../product.config.js';
import { facetLabels, type OverviewRow, overviewOf } from './catalogue-overview.js';
import { productView, toProduct } from './product.rows.js';
import type { ProductTables } from './product.tables.js';
import { categoryBranch, conditionOf, idsOfPage, SHOWN } from './product-conditions.js';

/** Counting stops here: a count over more rows costs more than it tells. */
const MAX_COUNTED = 10_000;

interface Plan {
  readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
}

/** The catalogue of product_db as it is read. */
@Injectable()
export class PostgresProductCatalogue extends ProductCatalogue {
  constructor(
    @Inject(Database) private readonly database: Database<ProductTables>,
    @Inject(CONFIG) private readonly config: Pick<ProductConfig, 'SHOP_CURRENCY'>,
  ) {
    super();
  }

  async page(criteria: ProductCriteria, page: PageRequest): Promise<ProductPage> {
    const ids = idsOfPage(criteria, page.limit, offsetOf(page));
    const [products, total] = await Promise.all([
      this.select(
        sql`
        (select id, row_number() over () as position from (${ids}) ordered) chosen
        join products p on p.id = chosen.id`,
        sql`chosen.position`,
      ),
      this.count(criteria),
    ]);
    return { products, ...total };
  }

  async overview(criteria: ProductCriteria): Promise<CatalogueOverview> {
    const { SHOP_CURRENCY: currency } = this.config;
    const { rows } = await overviewOf(criteria, currency).execute(this.database.query);
    return { facets: facetLabels(rows, currency), popularNames: namesOf(rows) };
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

  async findAll(ids: readonly string[]): Promise<Product[]> {
    if (ids.length === 0) return [];
    return await this.select(
      sql`unnest(${[...ids]}::uuid[]) with ordinality as wanted (id, position)
        join products p on p.id = wanted.id and p.deleted_at is null`,
      sql`wanted.position`,
    );
  }

  async priceStatistics(category: string | undefined): Promise<PriceStatistics> {
    const within =
      category === undefined
        ? SHOWN
        : sql<boolean>`${SHOWN} and p.category_id in ${categoryBranch(category)}`;
    const { rows } = await sql<{
      count: number;
      min: bigint | null;
      max: bigint | null;
      sum: string | null;
      currency: string | null;
    }>`
      select count(*)::int as count, min(p.price_minor) as min, max(p.price_minor) as max,
        sum(p.price_minor)::text as sum, mode() within group (order by p.currency) as currency
      from products p where ${within}`.execute(this.database.query);
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
      sql`products p`,
      sql`p.id`,
      sql`${condition} and p.deleted_at is null`,
    );
    return product;
  }

  private async select(
    from: RawBuilder<unknown>,
    order: RawBuilder<unknown>,
    condition: RawBuilder<unknown> = sql`true`,
  ): Promise<Product[]> {
    const { rows } = await sql`${productView(from)} where ${condition} order by ${order}`
      .$castTo<Parameters<typeof toProduct>[0]>()
      .execute(this.database.query);
    return rows.map(toProduct);
  }

  private async count(criteria: ProductCriteria): Promise<Pick<ProductPage, 'total' | 'totalIsEstimate'>> {
    const condition = conditionOf(criteria);
    const { rows } = await sql<{ total: number }>`
      select count(*)::int as total
      from (select from products p where ${condition} limit ${MAX_COUNTED + 1}) counted`.execute(
      this.database.query,
    );
    const total = rows[0]?.total ?? 0;
    if (total <= MAX_COUNTED) return { total, totalIsEstimate: false };
    const plan = await sql<Plan>`explain (format json) select from products p where ${condition}`.execute(
      this.database.query,
    );
    const estimate = plan.rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
    return { total: Math.max(estimate, total), totalIsEstimate: true };
  }
}

function namesOf(rows: readonly OverviewRow[]): string[] {
  return rows.flatMap(({ facet, value }) => (facet === 'name' ? [value] : []));
}
