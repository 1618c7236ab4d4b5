import { offsetOf, type PageRequest, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { ProductCriteria } from '../application/product-catalogue.js';
import { fixedSort } from '../domain/product-query.js';
import type { TextMatch } from '../domain/search-query.js';
import { entriesOfPage, rankOf, relevanceOf } from './listing-order.js';
import { conditionOf } from './product-conditions.js';

/** A page of a search: the ids on it, and how many products match, as far as they are looked at. */
export interface BestRow {
  readonly hits: readonly string[];
  readonly total: number;
}

/** With what all the matching products have in common. */
export interface FoundRow extends BestRow {
  /** Names of the most popular ones. */
  readonly names: readonly string[];
  /** What of them is counted, for `countFacets`. */
  readonly labels: Buffer;
}

/** Facets and names are taken from this many of the matching products, the most popular ones; so is the best match. */
export const MAX_COUNTED = 5000;
/** How far the name reads like the query, the dear part, is computed for this many, those that rank best by their words. */
const MAX_COMPARED = 100;
const MAX_NAMES = 5;

/**
 * The most popular of the matching products, read once for everything that is said of them. Their rank is computed
 * before they are sorted: it is cheap, and without their search documents a hundred thousand are sorted in memory.
 */
function matchedBy(criteria: ProductCriteria): RawBuilder<unknown> {
  const { match } = criteria;
  const matching = sql`
    select l.id, l.price_minor, l.rating, l.in_stock, l.labels, l.popularity, l.stock, l.name_text,
      ${match === undefined ? sql`0` : rankOf(match)} as rank
    from product_listings l where ${conditionOf(criteria)} ${match === undefined ? sql`` : sql`offset 0`}`;
  return sql`
    matched as materialized (
      select * from (${matching}) l order by l.popularity desc, l.id desc limit ${sql.lit(MAX_COUNTED)}
    )`;
}

/** The page of the best matches of `matched`: the same ones whatever page is asked for, so nothing is on two pages. */
function bestOf(match: TextMatch, page: PageRequest): RawBuilder<unknown> {
  const place = sql`case when l.place <= ${sql.lit(MAX_COMPARED)} then ${relevanceOf(match)} end`;
  const last = Math.max(MAX_COMPARED, offsetOf(page) + page.limit);
  return sql`
    select l.id
    from (
      select *, row_number() over () as place
      from (
        select id, rank, popularity, stock, name_text from matched
        order by rank desc, popularity desc, stock desc, id limit ${last}
      ) ranked
    ) l
    order by ${place} desc nulls last, l.rank desc, l.popularity desc, l.stock desc, l.id
    limit ${page.limit} offset ${offsetOf(page)}`;
}

/** A page of a search in one statement, by relevance. */
export function bestMatches(
  criteria: ProductCriteria & { readonly match: TextMatch },
  page: PageRequest,
): RawBuilder<BestRow> {
  return sql<BestRow>`
    with ${matchedBy(criteria)}
    select array(select id::text from (${bestOf(criteria.match, page)}) page) as hits, count(*)::int as total
    from matched`;
}

/** The same, in whatever order, with what facets are counted by and popular names. */
export function foundPage(criteria: ProductCriteria, page: PageRequest): RawBuilder<FoundRow> {
  const { match, sort } = criteria;
  const entries =
    match === undefined || sort !== 'relevance'
      ? entriesOfPage(criteria, fixedSort(sort), page)
      : bestOf(match, page);
  return sql<FoundRow>`
    with ${matchedBy(criteria)}
    select array(select id::text from (${entries}) page) as hits, count(*)::int as total,
      array(select name from (${namesOf(sql`matched`)}) names) as names,
      coalesce(string_agg(
        int8send(price_minor) || int2send((2 * floor(rating)::int + in_stock::int)::int2)
          || int2send((length(labels) / 4)::int2) || labels, ''
      ), '') as labels
    from matched`;
}

/** Names of the most popular products of the shop. */
export function popularNames(): RawBuilder<{ readonly name: string }> {
  return namesOf(sql`(
    select id, popularity, stock from product_listings order by popularity desc, id desc limit ${sql.lit(MAX_NAMES)}
  ) popular`);
}

function namesOf(from: RawBuilder<unknown>): RawBuilder<{ readonly name: string }> {
  return sql`
    select p.name
    from (select id, popularity, stock from ${from} order by popularity desc, stock desc, id desc limit ${sql.lit(MAX_NAMES)}) m
    join products p on p.id = m.id
    order by m.popularity desc, m.stock desc, m.id desc`;
}
