import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  json,
  ListOrder,
  type Page,
  type PageRequest,
  type Placed,
  pageOf,
  type SortKey,
  sql,
} from '@vici/database';
import { isUuid } from '@vici/utils';
import type { RawBuilder, Selectable } from 'kysely';
import { type CategoryFilter, CategoryRepository } from '../application/category.repository.js';
import type { Category, CountedCategory } from '../domain/category.js';
import { storableText } from '../domain/product-query.js';
import type { ProductTables } from './product.tables.js';

/** True for a category that is active with all above it. */
const ACTIVE = sql`not exists (select from categories a where a.id = any(c.path) and not a.is_active)`;

/** Parents before children. */
const TREE_ORDER = sql`cardinality(c.path), c.sort_order, c.name, c.id`;
const NAME: SortKey = { column: 'name', type: 'text' };
const ID: SortKey = { column: 'id', type: 'uuid' };
const ORDERS: Readonly<Record<CategoryFilter['sort'], ListOrder>> = {
  tree: new ListOrder([
    { column: 'depth', type: 'bigint' },
    { column: 'sort_order', type: 'bigint' },
    NAME,
    ID,
  ]),
  name: new ListOrder([NAME, ID]),
  products: new ListOrder([{ column: 'product_count', type: 'bigint', direction: 'desc' }, ID]),
};
/** Categories with the shown products of their whole branches: products are counted once, then added up the tree. */
const COUNTED = sql`
  select c.*, cardinality(c.path) as depth, coalesce(branch.products, 0)::int as product_count
  from categories c
  left join (
    select ancestor, sum(leaf.products) as products
    from (select category_id, count(*) as products from product_listings group by category_id) leaf
    join categories own on own.id = leaf.category_id
    cross join unnest(own.path) as ancestor
    group by ancestor
  ) branch on branch.ancestor = c.id`;

type CategoryRow = Selectable<ProductTables['categories']>;
type CountedRow = CategoryRow & { readonly product_count: number };

/** The categories of product_db. */
@Injectable()
export class PostgresCategoryRepository extends CategoryRepository {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async all(): Promise<Category[]> {
    const rows = await this.database.query.selectFrom('categories').selectAll().orderBy('id').execute();
    return rows.map(toCategory);
  }

  async listActive(): Promise<CountedCategory[]> {
    return await this.counted(ACTIVE, TREE_ORDER);
  }

  async search(filter: CategoryFilter, page: PageRequest | undefined): Promise<Page<CountedCategory>> {
    const [order, matches] = [ORDERS[filter.sort], conditionOf(filter)];
    const { rows } = await sql<CountedRow & Placed>`
      select *, ${order.place} as list_place from (${COUNTED} where ${matches}) found where ${order.after(page)}
      ${order.within(page)}`.execute(this.database.query);
    const counted = await sql<{ total: bigint }>`
      select count(*) as total from categories c where ${matches}`.execute(this.database.query);
    const total = counted.rows[0]?.total ?? 0n;
    return pageOf(rows.map(toCounted), page, total, order.nextCursor(rows, page));
  }

  async findActive(idOrSlug: string): Promise<CountedCategory | undefined> {
    const text = storableText(idOrSlug);
    const is = isUuid(text) ? sql`(c.id = ${text} or c.slug = ${text})` : sql`c.slug = ${text}`;
    const [category] = await this.counted(sql`${ACTIVE} and ${is}`, sql`c.id`);
    return category;
  }

  async findAll(ids: readonly string[]): Promise<CountedCategory[]> {
    return await this.counted(
      sql`c.id = any(${[...ids]}::uuid[])`,
      sql`array_position(${[...ids]}::uuid[], c.id)`,
    );
  }

  async save(categories: readonly Category[]): Promise<void> {
    if (categories.length === 0) return;
    const rows = categories.map(categoryJson);
    await sql`
      insert into categories (id, slug, name, description, parent_id, path, image, icon, is_active, sort_order)
      select id, slug, name, description, parent_id, path, image, icon, is_active, sort_order
      from jsonb_to_recordset(${json(rows)}) as input (
        id uuid, slug text, name text, description text, parent_id uuid, path uuid[], image text, icon text,
        is_active boolean, sort_order int
      )
      on conflict (id) do update set
        name = excluded.name, description = excluded.description, parent_id = excluded.parent_id,
        path = excluded.path, image = excluded.image, icon = excluded.icon, is_active = excluded.is_active,
        sort_order = excluded.sort_order, updated_at = now()`.execute(this.database.query);
  }

  async remove(id: string): Promise<void> {
    await this.database.query.deleteFrom('categories').where('id', '=', id).execute();
  }

  private async counted(
    condition: RawBuilder<unknown>,
    order: RawBuilder<unknown>,
  ): Promise<CountedCategory[]> {
    const { rows } = await sql<CountedRow>`${COUNTED} where ${condition} order by ${order}`.execute(
      this.database.query,
    );
    return rows.map(toCounted);
  }
}

function conditionOf({ search = '', active }: CategoryFilter): RawBuilder<boolean> {
  const part = storableText(search).toLowerCase();
  return sql<boolean>`(strpos(lower(c.name), ${part}) > 0 or strpos(c.slug, ${part}) > 0)
    and (${active ?? null}::boolean is null or c.is_active = ${active ?? null}::boolean)`;
}

function toCounted(row: CountedRow): CountedCategory {
  return { ...toCategory(row), productCount: row.product_count };
}

function categoryJson({ parentId, isActive, sortOrder, ...category }: Category) {
  return { ...category, parent_id: parentId, is_active: isActive, sort_order: sortOrder };
}

function toCategory(row: CategoryRow): Category {
  return {
    slug: row.slug,
    name: row.name,
    description: row.description,
    image: row.image,
    icon: row.icon ?? undefined,
    sortOrder: row.sort_order,
    id: row.id,
    parentId: row.parent_id ?? undefined,
    isActive: row.is_active,
    path: row.path,
  };
}
