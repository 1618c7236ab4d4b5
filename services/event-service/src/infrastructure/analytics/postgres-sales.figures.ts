import { Inject, Injectable } from '@nestjs/common';
import { arrayOf, Database, sql } from '@vici/database';
import { z } from 'zod';
import { type SalesChange, SalesFigures } from '../../application/analytics/figures.port.js';
import type { OrderFact } from '../../domain/order-fact.js';
import type { EventTables } from '../event.tables.js';
import { addBuyerDays } from './buyers.sql.js';
import { spansAt } from './spans.sql.js';

/** Stands for products without a category. */
export const NO_CATEGORY = '00000000-0000-0000-0000-000000000000';

const REPLACE_CHUNK = 1_000;

const linesSchema = z.array(
  z.object({
    productId: z.string(),
    categoryId: z.string().optional(),
    units: z.number(),
    revenue: z.number(),
  }),
);

/** Orders and their sums in event_db. */
@Injectable()
export class PostgresSalesFigures extends SalesFigures {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async factsOf(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderFact>> {
    // One writer at a time: what a buyer bought before is known only when nobody else is writing it.
    await sql`select pg_advisory_xact_lock(hashtext('order_facts writer'))`.execute(this.database.query);
    const rows = await this.database.query
      .selectFrom('order_facts')
      .selectAll()
      .where(sql<boolean>`order_id = any(${arrayOf(orderIds, 'uuid')})`)
      .orderBy('order_id')
      .forUpdate()
      .execute();
    return new Map(
      rows.map((row) => [
        row.order_id,
        {
          orderId: row.order_id,
          userId: row.user_id,
          currency: row.currency,
          confirmedAt: row.confirmed_at.getTime(),
          cancelled: row.cancelled,
          total: Number(row.total),
          refunded: Number(row.refunded),
          lines: linesSchema.parse(row.lines),
        },
      ]),
    );
  }

  async save(facts: readonly OrderFact[]): Promise<void> {
    if (facts.length === 0) return;
    const buyers = [...new Set(facts.map(({ userId }) => userId))];
    const theirs = sql`user_id = any(${buyers}::uuid[])`;
    await addBuyerDays(theirs, -1).execute(this.database.query);
    await this.write(facts);
    await addBuyerDays(theirs, 1).execute(this.database.query);
  }

  private async write(facts: readonly OrderFact[]): Promise<void> {
    await sql`
      insert into order_facts (order_id, user_id, currency, confirmed_at, cancelled, total, refunded, lines)
      select * from unnest(
        ${facts.map(({ orderId }) => orderId)}::uuid[],
        ${facts.map(({ userId }) => userId)}::uuid[],
        ${facts.map(({ currency }) => currency)}::char(3)[],
        ${facts.map(({ confirmedAt }) => new Date(confirmedAt).toISOString())}::timestamptz[],
        ${facts.map(({ cancelled }) => cancelled)}::boolean[],
        ${facts.map(({ total }) => total)}::bigint[],
        ${facts.map(({ refunded }) => refunded)}::bigint[],
        ${facts.map(({ lines }) => JSON.stringify(lines))}::jsonb[]
      )
      on conflict (order_id) do update set cancelled = excluded.cancelled, refunded = excluded.refunded`.execute(
      this.database.query,
    );
  }

  async replace(facts: readonly OrderFact[]): Promise<void> {
    for (let start = 0; start < facts.length; start += REPLACE_CHUNK) {
      const chunk = facts.slice(start, start + REPLACE_CHUNK);
      await this.database.query
        .deleteFrom('order_facts')
        .where(
          'order_id',
          'in',
          chunk.map(({ orderId }) => orderId),
        )
        .execute();
      await this.write(chunk);
    }
  }

  async add(changes: readonly SalesChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.addOrders(changes);
    const lines = changes.flatMap(({ at, currency, figures, sign }) =>
      figures.lines.map((line) => ({
        at: new Date(at).toISOString(),
        currency,
        productId: line.productId,
        categoryId: line.categoryId ?? NO_CATEGORY,
        units: sign * line.units,
        revenue: sign * line.revenue,
      })),
    );
    await this.addLines(
      'sales_by_product',
      'product_id',
      lines.map((line) => ({ ...line, key: line.productId })),
    );
    await this.addLines(
      'sales_by_category',
      'category_id',
      lines.map((line) => ({ ...line, key: line.categoryId })),
    );
  }

  /** Sorted, so that two writers of the same spans never wait for each other in a circle. */
  private async addOrders(changes: readonly SalesChange[]): Promise<void> {
    await sql`
      insert into sales_by_time (grain, starts_at, currency, orders, revenue, refunded)
      select span.grain, span.starts_at, currency, sum(orders), sum(revenue), sum(refunded)
      from unnest(
        ${changes.map(({ at }) => new Date(at).toISOString())}::timestamptz[],
        ${changes.map(({ currency }) => currency)}::char(3)[],
        ${changes.map(({ sign, figures }) => sign * figures.orders)}::bigint[],
        ${changes.map(({ sign, figures }) => sign * figures.revenue)}::bigint[],
        ${changes.map(({ sign, figures }) => sign * figures.refunded)}::bigint[]
      ) as change (at, currency, orders, revenue, refunded)
      cross join ${spansAt(sql`at`)}
      group by 1, 2, 3 order by 1, 3, 2
      on conflict (grain, currency, starts_at) do update set
        orders = sales_by_time.orders + excluded.orders,
        revenue = sales_by_time.revenue + excluded.revenue,
        refunded = sales_by_time.refunded + excluded.refunded`.execute(this.database.query);
  }

  private async addLines(
    table: 'sales_by_product' | 'sales_by_category',
    column: 'product_id' | 'category_id',
    lines: readonly { at: string; currency: string; key: string; units: number; revenue: number }[],
  ): Promise<void> {
    if (lines.length === 0) return;
    const [sums, key] = [sql.table(table), sql.ref(column)];
    await sql`
      insert into ${sums} (grain, starts_at, currency, ${key}, units, revenue)
      select span.grain, span.starts_at, currency, key, sum(units), sum(revenue)
      from unnest(
        ${lines.map(({ at }) => at)}::timestamptz[],
        ${lines.map(({ currency }) => currency)}::char(3)[],
        ${lines.map((line) => line.key)}::uuid[],
        ${lines.map(({ units }) => units)}::bigint[],
        ${lines.map(({ revenue }) => revenue)}::bigint[]
      ) as change (at, currency, key, units, revenue)
      cross join ${spansAt(sql`at`)}
      group by 1, 2, 3, 4 order by 1, 3, 2, 4
      on conflict (grain, currency, starts_at, ${key}) do update set
        units = ${sums}.units + excluded.units,
        revenue = ${sums}.revenue + excluded.revenue`.execute(this.database.query);
  }
}
