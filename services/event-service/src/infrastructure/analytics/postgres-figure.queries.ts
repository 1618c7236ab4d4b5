import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Clock } from '@vici/utils';
import type { RawBuilder } from 'kysely';
import {
  type AnalyticsScope,
  type BehaviourReport,
  FigureQueries,
  type SalesReport,
} from '../../application/analytics/analytics.js';
import type { EventTables } from '../event.tables.js';
import { distinctBuyers } from './buyers.sql.js';
import { NO_CATEGORY } from './postgres-sales.figures.js';
import { PostgresSearchQueries } from './postgres-search.queries.js';
import { salesOverTime } from './sales-over-time.sql.js';
import { type SumsRead, sum, within } from './spans.sql.js';

const WITHOUT_CATEGORY = 'Uncategorised';

interface Totals {
  readonly orders: bigint;
  readonly revenue: bigint;
  readonly refunded: bigint;
}

/** Figures from event_db: sums over the few spans a range is made of. */
@Injectable()
export class PostgresFigureQueries extends FigureQueries {
  constructor(
    @Inject(Database) private readonly database: Database<EventTables>,
    private readonly searches: PostgresSearchQueries,
    private readonly clock: Clock,
  ) {
    super();
  }

  async sales(scope: AnalyticsScope): Promise<SalesReport> {
    const [totals, buyers, newCustomers, products, categories, overTime] = await Promise.all([
      this.totals(scope),
      this.buyers(scope),
      this.newCustomers(scope),
      this.products(scope),
      this.categories(scope),
      this.overTime(scope),
    ]);
    return { ...totals, buyers, newCustomers, products, categories, overTime };
  }

  async behaviour(scope: AnalyticsScope): Promise<BehaviourReport> {
    const [funnel, searches, recommendations] = await Promise.all([
      this.funnel(scope),
      this.searches.report(scope),
      this.recommendations(scope),
    ]);
    return { funnel, ...searches, recommendations };
  }

  private async totals(scope: AnalyticsScope): Promise<Totals> {
    return await this.one<Totals>(
      this.totalsOf(
        {
          table: 'sales_by_time',
          figures: ['orders', 'revenue', 'refunded'],
          currencies: [scope.currency],
        },
        scope,
      ),
    );
  }

  private async buyers(scope: AnalyticsScope): Promise<bigint> {
    const { buyers } = await this.one<{ buyers: bigint }>(distinctBuyers(scope));
    return buyers;
  }

  private async newCustomers({ from, to }: AnalyticsScope): Promise<bigint> {
    const { customers } = await this.one<{ customers: bigint }>(sql`
      select count(*)::bigint as customers from customer_facts
      where registered_at >= ${from} and registered_at < ${to}`);
    return customers;
  }

  private async products(scope: AnalyticsScope): Promise<SalesReport['products']> {
    const { rows } = await sql<{ product_id: string; name: string; units: bigint; revenue: bigint }>`
      select best.product_id, coalesce(names.name, '') as name, best.units, best.revenue
      from (
        select product_id, ${sum('units')}, ${sum('revenue')}
        from ${this.within({ table: 'sales_by_product', keys: ['product_id'], figures: ['units', 'revenue'], currencies: [scope.currency] }, scope)}
        group by product_id having sum(units) > 0
        order by revenue desc, product_id limit ${scope.top}
      ) best left join product_names names using (product_id)
      order by best.revenue desc, best.product_id`.execute(this.database.query);
    return rows.map(({ product_id, ...row }) => ({ productId: product_id, ...row }));
  }

  private async categories(scope: AnalyticsScope): Promise<SalesReport['categories']> {
    const { rows } = await sql<{ category_id: string; name: string; units: bigint; revenue: bigint }>`
      select sold.category_id, coalesce(names.name, ${WITHOUT_CATEGORY}) as name, sold.units, sold.revenue
      from (
        select category_id, ${sum('units')}, ${sum('revenue')}
        from ${this.within({ table: 'sales_by_category', keys: ['category_id'], figures: ['units', 'revenue'], currencies: [scope.currency] }, scope)}
        group by category_id having sum(units) > 0
      ) sold left join category_names names using (category_id)
      order by sold.revenue desc, sold.category_id`.execute(this.database.query);
    return rows.map(({ category_id, ...row }) => ({
      ...(category_id !== NO_CATEGORY && { categoryId: category_id }),
      ...row,
    }));
  }

  private async overTime(scope: AnalyticsScope): Promise<SalesReport['overTime']> {
    const { rows } = await sql<{
      date: string;
      revenue: bigint;
      orders: bigint;
    }>`${salesOverTime(scope)}`.execute(this.database.query);
    return rows;
  }

  private async funnel(scope: AnalyticsScope): Promise<BehaviourReport['funnel']> {
    const row = await this.one<Record<'sessions' | 'viewed' | 'carted' | 'checkout' | 'purchased', bigint>>(
      this.totalsOf(
        { table: 'visits_by_time', figures: ['sessions', 'viewed', 'carted', 'checkout', 'purchased'] },
        scope,
      ),
    );
    const { sessions, viewed, carted, checkout, purchased } = row;
    return { sessions, viewed, addedToCart: carted, startedCheckout: checkout, purchased };
  }

  private async recommendations(scope: AnalyticsScope): Promise<BehaviourReport['recommendations']> {
    type Sums = Record<
      'impressions' | 'clicks' | 'added_to_cart' | 'purchases' | 'revenue' | 'all_revenue',
      bigint
    >;
    const { added_to_cart, all_revenue, ...row } = await this.one<Sums>(
      this.totalsOf(
        {
          table: 'recommendations_by_time',
          figures: ['impressions', 'clicks', 'added_to_cart', 'purchases', 'revenue', 'all_revenue'],
          currencies: ['', scope.currency],
        },
        scope,
      ),
    );
    return { ...row, addedToCart: added_to_cart, allRevenue: all_revenue };
  }

  private within(sums: SumsRead, scope: AnalyticsScope): RawBuilder<unknown> {
    return within(sums, scope, this.clock.now());
  }

  private totalsOf(sums: SumsRead, scope: AnalyticsScope): RawBuilder<unknown> {
    return sql`select ${sql.join(sums.figures.map(sum))} from ${this.within(sums, scope)}`;
  }

  private async one<Row>(query: RawBuilder<unknown>): Promise<Row> {
    const { rows } = await sql<Row>`${query}`.execute(this.database.query);
    const [row] = rows;
    if (row === undefined) throw new Error('A sum has no row');
    return row;
  }
}
