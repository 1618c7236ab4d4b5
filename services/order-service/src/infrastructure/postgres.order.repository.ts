import { Inject, Injectable } from '@nestjs/common';
import { commitOnlyIf, Database, json, offsetOf, type PageRequest, sql } from '@vici/database';
import { DomainError } from '@vici/utils/domain';
import type { RawBuilder } from 'kysely';
import { type OrderPage, OrderRepository } from '../application/ports/order.repository.js';
import type { HistoryEntry, Order } from '../domain/order.entity.js';
import type { OrderContent } from '../domain/order-content.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { OrderTables } from './order.tables.js';
import { withItems } from './order-items.js';
import { statusSchema, toItemsJson } from './order-row.js';

/** A longer list is reported as this long: nobody pages further, and counting costs. */
const COUNT_BOUND = 10_000;

/** Orders in order_db. An order is written with its lines and history in one statement. */
@Injectable()
export class PostgresOrderRepository extends OrderRepository {
  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async insert(order: Order): Promise<void> {
    const { state } = order;
    const { content } = state;
    await this.database.executeWithCommit(sql`
      WITH placed AS (
        INSERT INTO orders (id, number, user_id, email, shopper_session_id, status, currency, subtotal, shipping,
                            shipping_method, tax, tax_included, discount, total, coupon_code, shipping_address, billing_address, payment_method,
                            payment_id, version, created_at, updated_at)
        VALUES (${state.id}, ${state.number}, ${state.userId}, ${content.email}, ${content.shopperSessionId ?? null},
                ${state.status}, ${content.total.currency}, ${content.subtotal.minor}, ${content.shipping.minor},
                ${content.shippingMethod}, ${content.tax.minor}, ${content.taxIncluded}, ${content.discount.minor},
                ${content.total.minor},
                ${content.couponCode ?? null}, ${json(content.shippingAddress)}, ${nullableJson(content.billingAddress)},
                ${content.paymentMethod}, ${state.paymentId}, ${state.version}, ${state.placedAt}, ${state.updatedAt})
      ), items AS (${insertItems(state.id, content)})
      ${insertHistory(order)}`);
  }

  async update(order: Order, options = { replaceContent: false }): Promise<void> {
    const { state } = order;
    const result = await sql`
      WITH changed AS (${updateStatus(order)})
      ${insertHistory(order)} WHERE EXISTS (SELECT FROM changed)`.execute(this.database.query);
    if (result.numAffectedRows === 0n) {
      throw new DomainError('VERSION_MISMATCH', 'The order was changed by somebody else.');
    }
    if (options.replaceContent) {
      await this.replaceContent(state.id, state.content);
    }
  }

  async updateWithCommit(order: Order): Promise<void> {
    await this.database.executeWithCommit(sql`
      WITH changed AS (${updateStatus(order)}), noted AS (${insertHistory(order)})
      SELECT ${commitOnlyIf(sql`EXISTS (SELECT FROM changed)`)}`);
  }

  find(id: string): Promise<Order | undefined> {
    return this.load(id, false);
  }

  findLocked(id: string): Promise<Order | undefined> {
    return this.load(id, true);
  }

  async listOf(userId: string, status: OrderStatus | undefined, page: PageRequest): Promise<OrderPage> {
    const ofUser = this.database.query.selectFrom('orders').where('user_id', '=', userId);
    const wanted = status === undefined ? ofUser : ofUser.where('status', '=', status);
    const bounded = wanted.select('id').limit(COUNT_BOUND).as('bounded');
    const counted = await this.database.query
      .selectFrom(bounded)
      .select((of) => of.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    const total = Number(counted.total);
    const rows =
      offsetOf(page) >= total
        ? []
        : await wanted
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('id', 'desc')
            .limit(page.limit)
            .offset(offsetOf(page))
            .execute();
    const items = await withItems(this.database, rows);
    return { items, ...page, total, totalIsEstimate: total === COUNT_BOUND };
  }

  async history(orderId: string): Promise<readonly HistoryEntry[]> {
    const rows = await this.database.query
      .selectFrom('order_history')
      .select(['status', 'note', 'updated_by', 'at'])
      .where('order_id', '=', orderId)
      .orderBy('id')
      .limit(1_000)
      .execute();
    return rows.map(({ status, note, updated_by: updatedBy, at }) => ({
      status: statusSchema.parse(status),
      note,
      updatedBy,
      at,
    }));
  }

  private async load(id: string, locked: boolean): Promise<Order | undefined> {
    const query = this.database.query.selectFrom('orders').selectAll().where('id', '=', id);
    const rows = await (locked ? query.forUpdate() : query).execute();
    const [order] = await withItems(this.database, rows);
    return order;
  }

  private async replaceContent(id: string, content: OrderContent): Promise<void> {
    await this.database.query.deleteFrom('order_items').where('order_id', '=', id).execute();
    await sql`
      WITH items AS (${insertItems(id, content)})
      UPDATE orders
      SET email = ${content.email}, shopper_session_id = ${content.shopperSessionId ?? null},
          currency = ${content.total.currency}, subtotal = ${content.subtotal.minor},
          shipping = ${content.shipping.minor}, shipping_method = ${content.shippingMethod},
          tax = ${content.tax.minor}, tax_included = ${content.taxIncluded}, discount = ${content.discount.minor},
          total = ${content.total.minor}, coupon_code = ${content.couponCode ?? null},
          shipping_address = ${json(content.shippingAddress)},
          billing_address = ${nullableJson(content.billingAddress)}, payment_method = ${content.paymentMethod}
      WHERE id = ${id}`.execute(this.database.query);
  }
}

function nullableJson<T>(value: T | undefined): RawBuilder<T> | null {
  return value === undefined ? null : json(value);
}

function insertItems(orderId: string, content: OrderContent): RawBuilder<unknown> {
  return sql`
    INSERT INTO order_items (id, order_id, position, product_id, variant_id, sku, name, image, category_id,
                             category_name, quantity, unit_price, total_price, discount, tax, reductions, backordered)
    SELECT id, ${orderId}, position, product_id, variant_id, sku, name, image, category_id, category_name, quantity,
           unit_price, total_price, discount, tax, reductions, backordered
    FROM jsonb_to_recordset(${json(toItemsJson(content))}) AS item (
      id uuid, position integer, product_id uuid, variant_id uuid, sku text, name text, image text, category_id uuid,
      category_name text, quantity integer, unit_price bigint, total_price bigint,
      discount bigint, tax bigint, reductions jsonb, backordered integer)`;
}

/** Gives a row unless somebody else changed the order in between. */
function updateStatus({ state, newHistory }: Order): RawBuilder<unknown> {
  return sql`
    UPDATE orders
    SET status = ${state.status}, version = ${state.version}, updated_at = ${state.updatedAt},
        tracking = ${nullableJson(state.tracking)}, refunded = ${state.refunded.minor}
    WHERE id = ${state.id} AND version = ${state.version - newHistory.length}
    RETURNING id`;
}

function insertHistory(order: Order): RawBuilder<unknown> {
  const entries = order.newHistory.map(({ status, note, updatedBy, at }) => ({
    status,
    note,
    updated_by: updatedBy,
    at: at.toISOString(),
  }));
  return sql`
    INSERT INTO order_history (order_id, status, note, updated_by, at)
    SELECT ${order.state.id}, status, note, updated_by, at
    FROM jsonb_to_recordset(${json(entries)}) AS entry (status text, note text, updated_by text, at timestamptz)`;
}
