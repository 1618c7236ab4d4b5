import { Money } from '@vici/utils';
import { type RawBuilder, sql } from 'kysely';
import type { FacetCount, ProductCriteria } from '../application/product-catalogue.js';
import { conditionOf } from './product-conditions.js';

/** One value of a facet, or the name of a popular product. */
export interface OverviewRow {
  readonly facet: FacetCount['facet'] | 'name';
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly position: bigint;
}

/** Facets and names are taken from this many of the matching products, the most popular ones. */
const MAX_COUNTED = 5000;
const MAX_CATEGORIES = 30;
const MAX_TAGS = 10;
const MAX_NAMES = 5;

/** Where one price band ends and the next begins, in major units. */
const BAND_LIMITS = [10, 25, 50, 100, 250];

/** All facets of the matching products in one statement; prices are taken to be in `currency`. */
export function overviewOf(criteria: ProductCriteria, currency: string): RawBuilder<OverviewRow> {
  const limits = BAND_LIMITS.map((limit) => Money.fromDecimal(limit, currency).minor);
  return sql<OverviewRow>`
    with matched as materialized (
      select p.id, p.name, p.category_id, p.price_minor, p.rating, p.tags, p.popularity, p.stock,
        p.stock > 0 and p.status = 'ACTIVE' as in_stock
      from products p where ${conditionOf(criteria)}
      order by p.popularity desc, p.id desc limit ${MAX_COUNTED}
    )
    select facet, value, label, count, position from (
      (select 'category' as facet, c.slug as value, c.name as label, count(*)::int as count,
        row_number() over (order by count(*) desc, c.name) as position
      from matched m join categories c on c.id = m.category_id
      group by c.id order by position limit ${MAX_CATEGORIES})
      union all
      select 'price', band::text, '', count(*)::int, band
      from (
        select width_bucket(m.price_minor, ${limits}::bigint[]) as band
        from matched m
      ) priced group by band
      union all
      select 'rating', least::text, least || ' and up', count(*)::int, 5 - least
      from matched m cross join generate_series(1, 4) as least where m.rating >= least group by least
      union all
      (select 'tag', tag, tag, count(*)::int, row_number() over (order by count(*) desc, tag)
      from matched m cross join unnest(m.tags) as tag group by tag order by 5 limit ${MAX_TAGS})
      union all
      select 'availability', case when in_stock then 'in_stock' else 'out_of_stock' end,
        case when in_stock then 'In stock' else 'Out of stock' end, count(*)::int, case when in_stock then 1 else 2 end
      from matched m group by in_stock
      union all
      (select 'name', m.name, m.name, 1, row_number() over (order by m.popularity desc, m.stock desc, m.id desc)
      from matched m order by 5 limit ${MAX_NAMES})
    ) facets
    order by array_position('{category,price,rating,tag,availability,name}'::text[], facet), position`;
}

/** The facets of the rows; price bands get their limits in the currency's minor units, both inclusive. */
export function facetLabels(rows: readonly OverviewRow[], currency: string): FacetCount[] {
  return rows.flatMap(({ facet, value, label, count }) => {
    if (facet === 'name') return [];
    return [
      facet === 'price'
        ? { facet, ...priceBand(Number(value), currency), count }
        : { facet, value, label, count },
    ];
  });
}

function priceBand(band: number, currency: string): { value: string; label: string } {
  const low = BAND_LIMITS[band - 1];
  const high = BAND_LIMITS[band];
  const from = Money.fromDecimal(low ?? 0, currency);
  if (high === undefined)
    return { value: `${from.minor}-`, label: `${currency} ${from.toDecimalString()} and more` };
  const below = Money.fromDecimal(high, currency);
  const last = below.subtract(Money.of(1, currency));
  return {
    value: `${from.minor}-${last.minor}`,
    label:
      low === undefined
        ? `Under ${currency} ${below.toDecimalString()}`
        : `${currency} ${from.toDecimalString()} to ${last.toDecimalString()}`,
  };
}
