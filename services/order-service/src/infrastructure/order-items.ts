import { type Database, sql } from '@vici/database';
import type { Selectable } from 'kysely';
import type { Order } from '../domain/order.entity.js';
import type { OrderItemsTable, OrdersTable, OrderTables } from './order.tables.js';
import { toOrder } from './order-row.js';

/** Orders of the rows, in their order, with the items read in one go. */
export async function withItems(
  database: Database<OrderTables>,
  rows: readonly Selectable<OrdersTable>[],
): Promise<Order[]> {
  const items = await itemsOf(
    database,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toOrder(row, items.get(row.id) ?? []));
}

async function itemsOf(
  database: Database<OrderTables>,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, Selectable<OrderItemsTable>[]>> {
  if (orderIds.length === 0) {
    return new Map();
  }
  const rows = await database.query
    .selectFrom('order_items')
    .selectAll()
    .where(sql<boolean>`order_id = ANY (${[...orderIds]}::uuid[])`)
    .orderBy('order_id')
    .orderBy('position')
    .execute();
  return Map.groupBy(rows, (row) => row.order_id);
}
