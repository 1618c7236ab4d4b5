import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import { FigureRebuild } from '../../application/analytics/figures.port.js';
import type { BehaviourEvent } from '../../application/check-event.js';
import { ReadEvents } from '../../application/read-events.use-case.js';
import type { EventTables } from '../event.tables.js';
import { addBuyerDays } from './buyers.sql.js';
import { NO_CATEGORY } from './postgres-sales.figures.js';
import { spansAt } from './spans.sql.js';

const PAGE = 5_000;
const SALES = ['sales_by_time', 'sales_by_product', 'sales_by_category', 'buyers_by_time'];
const BEHAVIOUR = [
  'visits',
  'visits_by_time',
  'searches_by_time',
  'searches_in_total',
  'recommendation_clicks',
  'recommendations_by_time',
];
const EVER = { from: new Date(0), to: new Date('9999-01-01T00:00:00.000Z') };

/** Figures of event_db, counted anew. Whoever reads them meanwhile reads the old ones. */
@Injectable()
export class PostgresFigureRebuild extends FigureRebuild {
  constructor(
    @Inject(Database) private readonly database: Database<EventTables>,
    private readonly archive: ReadEvents,
  ) {
    super();
  }

  async holdOrders(): Promise<void> {
    await this.patiently();
    await this.run(sql`lock table order_facts in exclusive mode`);
  }

  /** Written in the order of time, as it is when events feed it: what is read together lies together. */
  async recountSales(): Promise<number> {
    await this.empty(SALES);
    await this.run(sql`
      insert into sales_by_time (grain, starts_at, currency, orders, revenue, refunded)
      select span.grain, span.starts_at, currency, count(*), sum(total - refunded), sum(refunded)
      from order_facts cross join ${spansAt(sql`confirmed_at`)}
      where not cancelled group by 1, 2, 3 order by 2, 1`);
    for (const [table, column, field] of [
      ['sales_by_product', 'product_id', 'productId'],
      ['sales_by_category', 'category_id', 'categoryId'],
    ] as const) {
      await this.run(sql`
        insert into ${sql.table(table)} (grain, starts_at, currency, ${sql.ref(column)}, units, revenue)
        select span.grain, span.starts_at, currency, coalesce(line.key, ${NO_CATEGORY}::uuid), sum(line.units),
          sum(line.revenue)
        from order_facts
        cross join lateral (
          select (line ->> ${sql.lit(field)})::uuid, (line ->> 'units')::bigint, (line ->> 'revenue')::bigint
          from jsonb_array_elements(lines) as line
        ) as line (key, units, revenue)
        cross join ${spansAt(sql`confirmed_at`)}
        where not cancelled group by 1, 2, 3, 4 order by 2, 1`);
    }
    await this.run(addBuyerDays(sql`true`, 1));
    const { rows } = await sql<{
      orders: bigint;
    }>`select count(*)::bigint as orders from order_facts`.execute(this.database.query);
    return Number(rows[0]?.orders ?? 0n);
  }

  async recountBehaviour(count: (events: readonly BehaviourEvent[]) => Promise<void>): Promise<number> {
    await this.patiently();
    await this.run(sql`select pg_advisory_xact_lock(hashtext('behaviour_events writer'))`);
    await this.empty(BEHAVIOUR);
    let events = 0;
    let cursor: string | undefined;
    do {
      const page = await this.archive.execute({ ...EVER, eventTypes: [], limit: PAGE, cursor });
      await count(page.events);
      events += page.events.length;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return events;
  }

  private async empty(tables: readonly string[]): Promise<void> {
    for (const table of tables) await this.run(sql`delete from ${sql.table(table)}`);
  }

  /** A statement over a year of orders takes longer than one of a request may. */
  private async patiently(): Promise<void> {
    await this.run(sql`set local statement_timeout = 0`);
  }

  private async run(statement: RawBuilder<unknown>): Promise<void> {
    await statement.execute(this.database.query);
  }
}
