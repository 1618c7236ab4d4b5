import { type RawBuilder, sql } from 'kysely';
import type { ProductCriteria } from '../application/product-catalogue.js';
import type { ProductFilter, ProductSort } from '../domain/product-query.js';
import type { SearchTerm, TextMatch } from '../domain/search-query.js';

/** A relevance is computed for this many of the matching products, the most popular ones. */
const MAX_RANKED = 5000;

/** True for what shoppers see; word for word the condition of the partial indexes. */
export const SHOWN = sql<boolean>`p.status <> 'INACTIVE' and p.deleted_at is null`;

const NOTHING = sql<boolean>`false`;

/** The ids of a category (by id or slug) and its descendants. */
export function categoryBranch(category: string): RawBuilder<unknown> {
  return sql`(
    select branch.id from categories branch
    where branch.path @> array(select c.id from categories c where c.slug = ${category} or c.id::text = lower(${category}))
      and exists (select from categories c where c.slug = ${category} or c.id::text = lower(${category}))
  )`;
}

/** The condition on `products p` that a product belongs to a list. */
export function conditionOf({ filter, match }: ProductCriteria): RawBuilder<boolean> {
  const conditions = [SHOWN, ...filterConditions(filter)];
  if (match !== undefined) conditions.push(matchCondition(match));
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

function filterConditions(filter: ProductFilter): RawBuilder<boolean>[] {
  const { category, minPrice, maxPrice, minRating, inStock, tags, isFeatured, isNew, isOnSale } = filter;
  const conditions: (RawBuilder<boolean> | undefined)[] = [
    category === undefined ? undefined : sql`p.category_id in ${categoryBranch(category)}`,
    minPrice === undefined ? undefined : sql`p.price_minor >= ${minPrice}`,
    maxPrice === undefined ? undefined : sql`p.price_minor <= ${maxPrice}`,
    minRating === undefined ? undefined : sql`p.rating >= ${minRating}`,
    inStock === undefined ? undefined : sql`(p.stock > 0 and p.status = 'ACTIVE') = ${inStock}`,
    tags.length === 0 ? undefined : sql`p.tags @> ${[...tags]}::text[]`,
    isFeatured === undefined ? undefined : flag('is_featured', isFeatured),
    isNew === undefined ? undefined : flag('is_new', isNew),
    isOnSale === undefined ? undefined : flag('is_on_sale', isOnSale),
  ];
  return conditions.filter((condition) => condition !== undefined);
}

/** Written without a parameter, so that the partial index of the flag can serve it. */
function flag(column: string, wanted: boolean): RawBuilder<boolean> {
  return wanted ? sql`${sql.ref(`p.${column}`)}` : sql`not ${sql.ref(`p.${column}`)}`;
}

function matchCondition({ mode, terms, text, code, similarNames }: TextMatch): RawBuilder<boolean> {
  const ways: RawBuilder<boolean>[] = [];
  if (terms.length > 0)
    ways.push(sql`p.search @@ ${queryOf(terms, mode === 'all' ? ' & ' : ' | ')}::tsquery`);
  if (code !== undefined) ways.push(sql`p.sku_text like ${`%${code}%`}`);
  if (similarNames) ways.push(sql`${text} <% p.name_text`);
  return ways.length === 0 ? NOTHING : sql<boolean>`(${sql.join(ways, sql` or `)})`;
}

function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** The terms in the language of tsquery; each is quoted, so nothing in them is an operator. */
function queryOf(terms: readonly SearchTerm[], operator: ' & ' | ' | '): string {
  return terms
    .map(
      ({ prefixes, lexemes }) =>
        `(${[...prefixes.map((prefix) => `${quoted(prefix)}:*`), ...lexemes.map(quoted)].join(' | ')})`,
    )
    .join(operator);
}

/** Whole words only: a product that has the very word ranks before one that has a longer one. */
function rankQueryOf(terms: readonly SearchTerm[]): string {
  const lexemes = new Set(terms.flatMap(({ prefixes, lexemes }) => [...prefixes, ...lexemes]));
  return [...lexemes].map(quoted).join(' | ');
}

/**
 * How well a matching product fits: the words it has in its name (1) or its labels (0.4), and how far its name reads
 * like the query (trigram word similarity, 0 to 1); the very name or SKU comes first. Words of the description count
 * nothing, for a long description is no better product. Rounded, so that popularity decides between the equally good.
 */
function relevanceOf({ terms, text, code }: TextMatch): RawBuilder<number> {
  const rank =
    terms.length === 0
      ? sql`0`
      : sql`2 * ts_rank('{0, 0, 0.4, 1}'::real[], p.search, ${rankQueryOf(terms)}::tsquery)`;
  return sql<number>`
    round((${rank} + word_similarity(${text}, p.name_text))::numeric, 2)
      + (p.name_text = ${text})::int + (p.sku_text = ${code ?? ''})::int * 2`;
}

const ORDERS: Readonly<Record<Exclude<ProductSort, 'relevance'>, RawBuilder<unknown>>> = {
  price_asc: sql`p.price_minor, p.id`,
  price_desc: sql`p.price_minor desc, p.id desc`,
  rating: sql`p.rating desc, p.review_count desc, p.id desc`,
  newest: sql`p.created_at desc, p.id desc`,
  name: sql`p.name_text, p.id`,
  popular: sql`p.popularity desc, p.id desc`,
};

/** The ids of one page, in order. */
export function idsOfPage(criteria: ProductCriteria, limit: number, offset: number): RawBuilder<unknown> {
  const { sort, match } = criteria;
  if (sort !== 'relevance' || match === undefined) {
    const order = ORDERS[sort === 'relevance' ? 'newest' : sort];
    return sql`
      select p.id from products p where ${conditionOf(criteria)}
      order by ${order} limit ${limit} offset ${offset}`;
  }
  return sql`
    select p.id from (
      select p.* from products p where ${conditionOf(criteria)}
      order by p.popularity desc, p.id desc limit ${MAX_RANKED}
    ) p
    order by ${relevanceOf(match)} desc, p.popularity desc, p.stock desc, p.id
    limit ${limit} offset ${offset}`;
}
