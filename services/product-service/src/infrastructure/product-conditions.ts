import { sql } from '@vici/database';
import { isUuid } from '@vici/utils';
import type { RawBuilder } from 'kysely';
import type { ProductCriteria } from '../application/product-catalogue.js';
import type { ProductFilter } from '../domain/product-query.js';
import type { SearchTerm, TextMatch } from '../domain/search-query.js';

/** True for what shoppers see, of `products p`: the products that have a listing. */
export const SHOWN = sql<boolean>`p.status <> 'INACTIVE' and p.deleted_at is null`;

const NOTHING = sql<boolean>`false`;

/** The ids of a category (by id or slug) and its descendants. */
export function categoryBranch(category: string): RawBuilder<unknown> {
  const isIt = isUuid(category) ? sql`c.slug = ${category} or c.id = ${category}` : sql`c.slug = ${category}`;
  return sql`(
    select branch.id from categories branch where branch.path @> array[(select c.id from categories c where ${isIt})]
  )`;
}

/** The condition on `product_listings l` that a product belongs to a list. */
export function conditionOf({ filter, match }: ProductCriteria): RawBuilder<boolean> {
  const { category } = filter;
  const within = category === undefined ? [] : [sql`l.category_id in ${categoryBranch(category)}`];
  return sql<boolean>`${sql.join([...within, conditionBesideCategory(filter, match)], sql` and `)}`;
}

/** The same without the category of the filter. */
export function conditionBesideCategory(
  filter: ProductFilter,
  match: TextMatch | undefined,
): RawBuilder<boolean> {
  const { minPrice, maxPrice, minRating, inStock, tags, attributes, isFeatured, isNew, isOnSale } = filter;
  const conditions: (RawBuilder<unknown> | undefined)[] = [
    minPrice === undefined ? undefined : sql`l.price_minor >= ${minPrice}`,
    maxPrice === undefined ? undefined : sql`l.price_minor <= ${maxPrice}`,
    minRating === undefined ? undefined : sql`l.rating >= ${minRating}`,
    inStock === undefined ? undefined : flag('in_stock', inStock),
    tags.length === 0 ? undefined : sql`l.tags @> ${[...tags]}::text[]`,
    attributes.length === 0 ? undefined : sql`l.attributes @> ${[...attributes]}::text[]`,
    isFeatured === undefined ? undefined : flag('is_featured', isFeatured),
    isNew === undefined ? undefined : flag('is_new', isNew),
    isOnSale === undefined ? undefined : flag('is_on_sale', isOnSale),
    match === undefined ? undefined : matchCondition(match),
  ];
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(given, sql` and `)}`;
}

/** Written without a parameter, so that the partial index of the flag can serve it. */
function flag(column: string, wanted: boolean): RawBuilder<boolean> {
  return wanted ? sql`${sql.ref(`l.${column}`)}` : sql`not ${sql.ref(`l.${column}`)}`;
}

/** The planner does not look at the words, so that it plans a search once and not for each query anew. */
function matchCondition({ mode, terms, text, code, similarNames }: TextMatch): RawBuilder<boolean> {
  const ways: RawBuilder<boolean>[] = [];
  if (terms.length > 0) ways.push(sql`l.search @@ (select ${queryOf(terms, mode)}::tsquery)`);
  if (code !== undefined) ways.push(sql`l.sku_text like ${`%${code}%`}`);
  if (similarNames) ways.push(sql`${text} <% l.name_text`);
  return ways.length === 0 ? NOTHING : sql<boolean>`(${sql.join(ways, sql` or `)})`;
}

/** A lexeme as tsquery reads it: nothing in it is an operator. */
export function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** The terms in the language of tsquery. */
function queryOf(terms: readonly SearchTerm[], mode: TextMatch['mode']): string {
  const queries = terms.map(
    ({ prefixes, lexemes, longer }) =>
      `(${[...prefixes.map((prefix) => `${quoted(prefix)}:*`), ...[...lexemes, ...longer].map(quoted)].join(' | ')})`,
  );
  if (mode !== 'most') return queries.join(mode === 'all' ? ' & ' : ' | ');
  return queries.map((_left, index) => `(${queries.toSpliced(index, 1).join(' & ')})`).join(' | ');
}
