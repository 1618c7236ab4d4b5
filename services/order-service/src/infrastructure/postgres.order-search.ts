import { Inject, Injectable } from '@nestjs/common';
import { Database, offsetOf, type PageRequest, sql } from '@vici/database';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { z } from 'zod';
import type { OrderPage } from '../application/ports/order.repository.js';
import { type OrderFilter, type OrderPosition, OrderSearch } from '../application/ports/order-search.port.js';
import type { Order } from '../domain/order.entity.js';
import type { OrderTables } from './order.tables.js';
import { withItems } from './order-items.js';

/** A longer list is reported as this long: nobody pages further, and counting costs. */
const COUNT_BOUND = 10_000;
const LIKE_SPECIAL = /[\\%_]/g;
const uuid = z.uuid();

type Orders = ExpressionBuilder<OrderTables, 'orders'>;

/** Search over all orders of order_db. */
@Injectable()
export class PostgresOrderSearch extends OrderSearch {
  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async page(filter: OrderFilter, page: PageRequest, oldestFirst: boolean): Promise<OrderPage> {
    const wanted = this.wanted(filter);
    const counted = await this.database.query
      .selectFrom(wanted.select('id').limit(COUNT_BOUND).as('bounded'))
      .select((of) => of.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    const total = Number(counted.total);
    const rows =
      offsetOf(page) >= total
        ? []
        : await this.ordered(filter, oldestFirst).limit(page.limit).offset(offsetOf(page)).execute();
    const items = await withItems(this.database, rows);
    return { items, ...page, total, totalIsEstimate: total === COUNT_BOUND };
  }

  async slice(
    filter: OrderFilter,
    after: OrderPosition | undefined,
    limit: number,
    oldestFirst: boolean,
  ): Promise<readonly Order[]> {
    const first = this.ordered(filter, oldestFirst).limit(limit);
    const follows = oldestFirst ? sql`>` : sql`<`;
    const rows = await (after === undefined
      ? first
      : first.where(sql<boolean>`(created_at, id) ${follows} (${after.placedAt}, ${after.id}::uuid)`)
    ).execute();
    return withItems(this.database, rows);
  }

  private ordered(filter: OrderFilter, oldestFirst: boolean) {
    const direction = oldestFirst ? 'asc' : 'desc';
    return this.wanted(filter).selectAll().orderBy('created_at', direction).orderBy('id', direction);
  }

  private wanted(filter: OrderFilter) {
    return this.database.query.selectFrom('orders').where((of) => of.and(conditions(of, filter)));
  }
}

function conditions(of: Orders, filter: OrderFilter): Expression<SqlBool>[] {
  const { search, statuses, userId, productId, placedFrom, placedTo, country } = filter;
  return [
    search === undefined ? [] : [matching(of, search)],
    statuses === undefined ? [] : [of('status', 'in', [...statuses])],
    userId === undefined ? [] : [of('user_id', '=', userId)],
    productId === undefined
      ? []
      : [of('id', 'in', of.selectFrom('order_items').select('order_id').where('product_id', '=', productId))],
    placedFrom === undefined ? [] : [of('created_at', '>=', placedFrom)],
    placedTo === undefined ? [] : [of('created_at', '<', placedTo)],
    country === undefined ? [] : [sql<boolean>`shipping_address -> 'postal' ->> 'country' = ${country}`],
  ].flat();
}

function matching(of: Orders, search: string): Expression<SqlBool> {
  if (uuid.safeParse(search).success) {
    return of.or([of('id', '=', search), of('payment_id', '=', search)]);
  }
  const beginning = (text: string): string => `${text.replace(LIKE_SPECIAL, '\\$&')}%`;
  return of.or([
    of('number', 'like', beginning(search.toUpperCase())),
    sql<boolean>`lower(email) LIKE ${beginning(search.toLowerCase())}`,
  ]);
}
