import { Inject, Injectable } from '@nestjs/common';
import { Database, json, ListOrder, type Page, type PageRequest, pageOf } from '@vici/database';
import { Money, parseId } from '@vici/utils/domain';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { ReturnRepository } from '../application/ports/return.repository.js';
import { RETURN_STATUSES, Return, type ReturnStatus } from '../domain/return.entity.js';
import { itemQuantitiesSchema } from './item-quantity.schema.js';
import type { OrderTables, ReturnsTable } from './order.tables.js';

/** The longest waiting first. */
const QUEUE_ORDER = ListOrder.byTime('created_at', 'id', true);

const statusSchema = z.enum(RETURN_STATUSES);

/** Returns in order_db. */
@Injectable()
export class PostgresReturnRepository extends ReturnRepository {
  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async insert({ state }: Return): Promise<void> {
    await this.database.query
      .insertInto('returns')
      .values({
        id: state.id,
        order_id: state.orderId,
        order_number: state.orderNumber,
        user_id: state.userId,
        status: state.status,
        reason: state.reason,
        note: state.note,
        lines: json(state.lines),
        restock: json(state.restock),
        value: state.value.minor,
        refunded: null,
        currency: state.value.currency,
        request_key: state.requestKey ?? null,
        created_at: state.createdAt,
        updated_at: state.updatedAt,
      })
      .execute();
  }

  async update({ state }: Return): Promise<void> {
    await this.database.query
      .updateTable('returns')
      .set({
        status: state.status,
        note: state.note,
        restock: json(state.restock),
        refunded: state.refunded?.minor ?? null,
        updated_at: state.updatedAt,
      })
      .where('id', '=', state.id)
      .execute();
  }

  async find(id: string): Promise<Return | undefined> {
    const row = await this.returns().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : toReturn(row);
  }

  async findByRequestKey(orderId: string, key: string): Promise<Return | undefined> {
    const row = await this.returns()
      .where('order_id', '=', orderId)
      .where('request_key', '=', key)
      .executeTakeFirst();
    return row === undefined ? undefined : toReturn(row);
  }

  async listOf(orderId: string): Promise<readonly Return[]> {
    const rows = await this.returns()
      .where('order_id', '=', orderId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toReturn);
  }

  async queue(status: ReturnStatus | undefined, page: PageRequest): Promise<Page<Return>> {
    const all = this.database.query.selectFrom('returns');
    const wanted = status === undefined ? all : all.where('status', '=', status);
    const { total } = await wanted
      .select((of) => of.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await QUEUE_ORDER.pageOf(wanted.selectAll(), page).execute();
    return pageOf(rows.map(toReturn), page, total, QUEUE_ORDER.nextCursor(rows, page));
  }

  private returns() {
    return this.database.query.selectFrom('returns').selectAll();
  }
}

function toReturn(row: Selectable<ReturnsTable>): Return {
  return Return.restore({
    id: parseId(row.id, 'id'),
    orderId: row.order_id,
    orderNumber: row.order_number,
    userId: row.user_id,
    status: statusSchema.parse(row.status),
    reason: row.reason,
    note: row.note,
    lines: itemQuantitiesSchema.parse(row.lines),
    restock: itemQuantitiesSchema.parse(row.restock),
    value: Money.of(row.value, row.currency),
    ...(row.refunded === null ? {} : { refunded: Money.of(row.refunded, row.currency) }),
    ...(row.request_key === null ? {} : { requestKey: row.request_key }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}
