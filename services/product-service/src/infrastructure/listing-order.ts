import { offsetOf, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { ListPage, ProductCriteria } from '../application/product-catalogue.js';
import type { ListCursor } from '../domain/list-cursor.js';
import type { ProductSort } from '../domain/product-query.js';
import type { SearchTerm, TextMatch } from '../domain/search-query.js';
import { categoryBranch, conditionBesideCategory, conditionOf, quoted } from './product-conditions.js';

/** An order that needs no search. */
export type FixedSort = Exclude<ProductSort, 'relevance'>;

/** The values a list is sorted by, the id last, all upwards or all downwards. */
interface Order {
  readonly keys: readonly { readonly column: string; readonly type: string }[];
  readonly direction: 'asc' | 'desc';
}

const ID = { column: 'l.id', type: 'uuid' };
const PRICE = { column: 'l.price_minor', type: 'bigint' };

/** Each has an index of the whole catalogue, and one of its categories. */
const ORDERS: Readonly<Record<FixedSort, Order>> = {
  price_asc: { keys: [PRICE, ID], direction: 'asc' },
  price_desc: { keys: [PRICE, ID], direction: 'desc' },
  rating: {
    keys: [{ column: 'l.rating', type: 'numeric' }, { column: 'l.review_count', type: 'int' }, ID],
    direction: 'desc',
  },
  newest: { keys: [{ column: 'l.created_at', type: 'timestamptz' }, ID], direction: 'desc' },
  name: { keys: [{ column: 'l.name_text', type: 'text' }, ID], direction: 'asc' },
  popular: { keys: [{ column: 'l.popularity', type: 'bigint' }, ID], direction: 'desc' },
};

/** Beyond so many entries a page is not gathered category by category any more, but sorted as a whole. */
const MOST_GATHERED = 1000;

/** One entry of a page: a product and its place in the list. */
export interface PageEntry {
  readonly id: string;
  /** The values it is sorted by, as text. */
  readonly place: readonly string[];
}

/** The entries of one page of `product_listings`, in order. */
export function entriesOfPage(
  criteria: ProductCriteria,
  sort: FixedSort,
  page: ListPage,
): RawBuilder<PageEntry> {
  const { keys, direction } = ORDERS[sort];
  const columns = keys.map(({ column }) => sql.ref(column));
  const order = sql.join(columns.map((column) => sql`${column} ${sql.raw(direction)}`));
  const offset = page.after === undefined ? offsetOf(page) : 0;
  const entry = sql`l.id, array[${sql.join(columns.map((column) => sql`${column}::text`))}] as place`;
  const end = sql`order by ${order} limit ${page.limit} offset ${offset}`;
  const { filter, match } = criteria;
  const after = afterPlace(ORDERS[sort], page.after);
  const last = offset + page.limit;
  if (filter.category === undefined || match !== undefined || last > MOST_GATHERED)
    return sql<PageEntry>`
      select ${entry} from product_listings l where ${conditionOf(criteria)} and ${after} ${end}`;
  // The first ones of each category of the branch, read from the index of the sort, and of these the first ones: how
  // large the branch is does not matter.
  return sql<PageEntry>`
    select ${entry} from unnest(array${categoryBranch(filter.category)}) as own (category_id)
    cross join lateral (
      select l.id, l.price_minor, l.rating, l.review_count, l.created_at, l.name_text, l.popularity
      from product_listings l
      where l.category_id = own.category_id and ${conditionBesideCategory(filter, undefined)} and ${after}
      order by ${order} limit ${last}
    ) l ${end}`;
}

/** True for what stands after the place: whatever was added or removed before it, nothing is missed or repeated. */
function afterPlace({ keys, direction }: Order, after: ListCursor | undefined): RawBuilder<boolean> {
  if (after === undefined) return sql<boolean>`true`;
  const values = keys.map(({ type }, index) => sql`${after.values[index] ?? ''}::text::${sql.raw(type)}`);
  const columns = sql.join(keys.map(({ column }) => sql.ref(column)));
  return sql<boolean>`(${columns}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${sql.join(values)})`;
}

/** Whole words only: a product that has the very word ranks before one that has a longer one. */
function rankQueryOf(terms: readonly SearchTerm[]): string {
  const lexemes = new Set(terms.flatMap(({ prefixes, lexemes }) => [...prefixes, ...lexemes]));
  return [...lexemes].map(quoted).join(' | ');
}

/**
 * How well a matching product fits by its words: those in its name (1) or its labels (0.4); the very name or SKU comes
 * first. Words of the description count nothing, for a long description is no better product.
 */
export function rankOf({ terms, text, code }: TextMatch): RawBuilder<number> {
  const words =
    terms.length === 0
      ? sql`0`
      : sql`2 * ts_rank('{0, 0, 0.4, 1}'::real[], l.search, ${rankQueryOf(terms)}::tsquery)`;
  return sql<number>`${words} + (l.name_text = ${text})::int + (l.sku_text = ${code ?? ''})::int * 2`;
}

/**
 * The rank with how far the name reads like the query (trigram word similarity, 0 to 1). Rounded, so that popularity
 * decides between the equally good. A name that holds the very query is as like it as can be, and spared the trigrams:
 * they take twenty microseconds.
 */
export function relevanceOf({ text }: TextMatch): RawBuilder<number> {
  const likeness = sql`
    case when strpos(' ' || l.name_text || ' ', ' ' || ${text}::text || ' ') > 0 then 1
      else word_similarity(${text}, l.name_text) end`;
  return sql<number>`round((l.rank + ${likeness})::numeric, 2)`;
}
