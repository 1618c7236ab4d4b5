import { offsetOf, type PageRequest } from '@vici/database';
import { Money } from '@vici/utils';
import { type RawBuilder, sql } from 'kysely';
import type { FacetCount, ProductCriteria } from '../application/product-catalogue.js';
import { fixedSort } from '../domain/product-query.js';
import type { TextMatch } from '../domain/search-query.js';
import { entriesOfPage, rankOf, relevanceOf } from './listing-order.js';
import { conditionOf } from './product-conditions.js';

/** One row of what was found: a product of the page, how many there are, one value of a facet, a popular name. */
export interface FoundRow {
  readonly facet: string;
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly position: bigint;
}

/** Facets and names are taken from this many of the matching products, the most popular ones; so is the best match. */
export const MAX_COUNTED = 5000;
/** How far the name reads like the query is computed for this many, those that rank best by their words. */
const MAX_COMPARED = 300;
const MAX_CATEGORIES = 30;
const MAX_TAGS = 10;
const MAX_VALUES = 10;
const MAX_ATTRIBUTES = 8;
const MAX_NAMES = 5;

/** Where one price band ends and the next begins, in major units. */
const BAND_LIMITS = [10, 25, 50, 100, 250];

/** The most popular of the matching products, read once for everything that is said of them. */
function matchedBy(criteria: ProductCriteria): RawBuilder<unknown> {
  return sql`
    matched as materialized (
      select l.id, l.category_id, l.price_minor, l.rating, l.tags, l.attributes, l.popularity, l.stock, l.in_stock,
        l.name_text, ${criteria.match === undefined ? sql`0` : rankOf(criteria.match)} as rank
      from product_listings l where ${conditionOf(criteria)}
      order by l.popularity desc, l.id desc limit ${MAX_COUNTED}
    )`;
}

/** The page of the best matches of \`matched\`. */
function bestOf(match: TextMatch, page: PageRequest): RawBuilder<unknown> {
  const last = offsetOf(page) + page.limit;
  return sql`
    select l.id, array[]::text[] as place
    from (
      select id, rank, popularity, stock, name_text from matched
      order by rank desc, popularity desc, stock desc, id limit ${Math.max(MAX_COMPARED, last)}
    ) l
    order by ${relevanceOf(match)} desc, l.popularity desc, l.stock desc, l.id
    limit ${page.limit} offset ${offsetOf(page)}`;
}

/** A page of a search in one statement, by relevance, as rows of the facets \`hit\` and \`total\`. */
export function bestMatches(
  criteria: ProductCriteria & { readonly match: TextMatch },
  page: PageRequest,
): RawBuilder<FoundRow> {
  return sql<FoundRow>`
    with ${matchedBy(criteria)}
    ${hitsOf(bestOf(criteria.match, page))}
    union all
    ${TOTAL}`;
}

/** The same, in whatever order, with all facets and popular names; prices are taken to be in \`currency\`. */
export function foundPage(
  criteria: ProductCriteria,
  page: PageRequest,
  currency: string,
): RawBuilder<FoundRow> {
  const { match, sort } = criteria;
  const entries =
    match === undefined || sort !== 'relevance'
      ? entriesOfPage(criteria, fixedSort(sort), page)
      : bestOf(match, page);
  const limits = BAND_LIMITS.map((limit) => Money.fromDecimal(limit, currency).minor);
  return sql<FoundRow>`
    with ${matchedBy(criteria)}
    select facet, value, label, count, position from (
      ${hitsOf(entries)}
      union all
      ${TOTAL}
      union all
      (select 'category' as facet, c.slug as value, c.name as label, m.count,
        row_number() over (order by m.count desc, c.name) as position
      from (select category_id, count(*)::int as count from matched group by category_id) m
      join categories c on c.id = m.category_id
      order by position limit ${MAX_CATEGORIES})
      union all
      select 'price', band::text, '', count(*)::int, band
      from (select width_bucket(price_minor, ${limits}::bigint[]) as band from matched) priced
      group by band
      union all
      select 'rating', least::text, least || ' and up', sum(count)::int, 5 - least
      from (select floor(rating)::int as stars, count(*) as count from matched group by 1) rated
      join generate_series(1, 4) as least on stars >= least group by least
      union all
      (select 'tag', tag, tag, count(*)::int, row_number() over (order by count(*) desc, tag)
      from matched cross join unnest(tags) as tag group by tag order by 5 limit ${MAX_TAGS})
      union all
      select 'availability', case when in_stock then 'in_stock' else 'out_of_stock' end,
        case when in_stock then 'In stock' else 'Out of stock' end, count(*)::int, case when in_stock then 1 else 2 end
      from matched group by in_stock
      union all
      ${ATTRIBUTES}
      union all
      ${namesOf(sql`matched`)}
    ) found
    order by array_position(
      '{hit,total,category,price,rating,tag,availability,name}'::text[], facet
    ) nulls last, facet, position`;
}

/** Names of the most popular products of the shop. */
export function popularNames(): RawBuilder<FoundRow> {
  return sql<FoundRow>`${namesOf(sql`(
    select id, popularity, stock from product_listings order by popularity desc, id desc limit ${MAX_NAMES}
  ) popular`)}`;
}

const TOTAL = sql`select 'total', '', '', count(*)::int, 0 from matched`;

function hitsOf(entries: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select 'hit' as facet, id::text as value, '' as label, 0 as count, row_number() over () as position
    from (${entries}) page`;
}

function namesOf(from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    (select 'name' as facet, p.name as value, p.name as label, 1 as count,
      row_number() over (order by m.popularity desc, m.stock desc, m.id desc) as position
    from (select id, popularity, stock from ${from} order by popularity desc, stock desc, id desc limit ${MAX_NAMES}) m
    join products p on p.id = m.id)`;
}

/** The values of the commonest attributes, each attribute a facet of its own: attribute:size. */
const ATTRIBUTES = sql`
  (select 'attribute:' || name, value, value, count, place
  from (
    select name, value, count, row_number() over (partition by name order by count desc, value) as place,
      dense_rank() over (order by total desc, name) as name_place
    from (
      select split_part(pair, ':', 1) as name, substr(pair, strpos(pair, ':') + 1) as value, count,
        sum(count) over (partition by split_part(pair, ':', 1)) as total
      from (
        select pair, count(*)::int as count from matched cross join unnest(attributes) as pair group by pair
      ) pairs
    ) named
  ) ranked
  where place <= ${MAX_VALUES} and name_place <= ${MAX_ATTRIBUTES})`;

/** The facets of the rows; price bands get their limits in the currency's minor units, both inclusive. */
export function facetLabels(rows: readonly FoundRow[], currency: string): FacetCount[] {
  return rows.flatMap(({ facet, value, label, count }) => {
    if (!isFacet(facet)) return [];
    return [
      facet === 'price'
        ? { facet, ...priceBand(Number(value), currency), count }
        : { facet, value, label, count },
    ];
  });
}

const FACETS: ReadonlySet<string> = new Set(['category', 'price', 'rating', 'tag', 'availability']);

function isFacet(name: string): name is FacetCount['facet'] {
  return FACETS.has(name) || name.startsWith('attribute:');
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
