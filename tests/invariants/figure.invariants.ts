import { defineInvariant, type Found, type Invariant } from './invariant.ts';
import { ordersOf, PAID } from './orders.ts';

interface FactRow {
  readonly order_id: string;
  readonly total: number;
  readonly refunded: number;
  readonly cancelled: boolean;
}

interface LineSums {
  readonly order_id: string;
  readonly units: number;
}

/** Of the figures: what the dashboard says is what the orders say. */
export const figureInvariants: readonly Invariant[] = [
  defineInvariant('each order is in the figures as it is in the books', async (snapshots, scope) => {
    const { settled } = await ordersOf(snapshots, scope);
    const facts = new Map(
      (
        await snapshots.event.rows<FactRow & LineSums>(
          `select order_id, total, refunded, cancelled,
            (select coalesce(sum((line ->> 'units')::int), 0) from jsonb_array_elements(lines) line) as units
          from order_facts`,
        )
      ).map((row) => [row.order_id, row]),
    );
    return [...settled.values()].flatMap(({ id: subject, status, total, refunded, units }) => {
      const fact = facts.get(subject);
      const stands = PAID.has(status) || status === 'REFUNDED';
      const [shown, kept] = stands
        ? [fact && [fact.cancelled, fact.total, fact.refunded, fact.units], [false, total, refunded, units]]
        : // Cancelled before or after it was confirmed: no revenue either way.
          [fact === undefined ? [true] : [fact.cancelled], [true]];
      return JSON.stringify(shown) === JSON.stringify(kept)
        ? []
        : [
            {
              subject,
              detail: `${status}: ${JSON.stringify(shown)} in the figures, ${JSON.stringify(kept)} in the books`,
            },
          ];
    });
  }),
  defineInvariant('each sum of the figures is the sum of its orders', ({ event }) =>
    event.rows<Found>(
      `with sold as (
          select currency, count(*) as orders, sum(total - refunded) as revenue from order_facts
          where not cancelled group by 1
        ), lines as (
          select currency, sum((line ->> 'units')::bigint) as units, sum((line ->> 'revenue')::bigint) as revenue
          from order_facts cross join lateral jsonb_array_elements(lines) line where not cancelled group by 1
        ), sums as (
          select 'sales_by_time' as name, grain, currency, sum(orders) as count, sum(revenue) as revenue
            from sales_by_time group by 2, 3
          union all
          select 'sales_by_product', grain, currency, sum(units), sum(revenue) from sales_by_product group by 2, 3
          union all
          select 'sales_by_category', grain, currency, sum(units), sum(revenue) from sales_by_category group by 2, 3
        )
        select name || ' at grain ' || grain || ' in ' || currency as subject,
          sums.count || ' and ' || sums.revenue || ' in the sums, ' || coalesce(expected.count, 0) || ' and '
            || coalesce(expected.revenue, 0) || ' of the orders' as detail
        from sums left join lateral (
          select orders as count, revenue from sold where name = 'sales_by_time' and sold.currency = sums.currency
          union all
          select units, revenue from lines where name <> 'sales_by_time' and lines.currency = sums.currency
        ) expected on true
        where (sums.count, sums.revenue) is distinct from (coalesce(expected.count, 0), coalesce(expected.revenue, 0))`,
    ),
  ),
  defineInvariant('each total of searches is the sum of its terms', ({ event }) =>
    event.rows<Found>(
      `with terms as (
          select grain, starts_at, sum(searches) as searches, sum(without_result) as without_result
          from searches_by_time group by 1, 2
        )
        select 'grain ' || grain || ' from ' || starts_at as subject,
          coalesce(total.searches, 0) || ' and ' || coalesce(total.without_result, 0) || ' in total, '
            || coalesce(terms.searches, 0) || ' and ' || coalesce(terms.without_result, 0) || ' of the terms' as detail
        from terms full join searches_in_total total using (grain, starts_at)
        where (coalesce(total.searches, 0), coalesce(total.without_result, 0))
          is distinct from (coalesce(terms.searches, 0), coalesce(terms.without_result, 0))`,
    ),
  ),
];
