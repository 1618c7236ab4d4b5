import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { PersonalOrders } from '../application/ports/personal-orders.js';
import type { OrderTables } from './order.tables.js';

const AT_REST = ['DELIVERED', 'CANCELLED', 'REFUNDED', 'PAYMENT_FAILED'];
/** No address of anybody: the name is reserved (RFC 2606). */
const NO_EMAIL = 'erased@vici.invalid';
const NO_ADDRESS = JSON.stringify({
  firstName: 'Erased',
  lastName: '',
  addressLine1: '',
  addressLine2: '',
  city: '',
  postalCode: '',
  phone: '',
});

/** The personal side of order_db. */
@Injectable()
export class PostgresPersonalOrders extends PersonalOrders {
  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async page(userId: string, after: string | undefined, limit: number): Promise<Record<string, unknown>[]> {
    const rows = await this.database.query
      .selectFrom('orders')
      .select(['number', 'status', 'currency', 'email', 'shipping_address', 'billing_address', 'created_at'])
      .select((order) => [
        sql<number>`total::float8`.as('totalMinor'),
        sql<unknown>`(select jsonb_agg(jsonb_build_object('name', name, 'sku', sku, 'quantity', quantity) order by position)
          from order_items where order_items.order_id = ${order.ref('orders.id')})`.as('items'),
      ])
      .where('user_id', '=', userId)
      .$if(after !== undefined, (orders) => orders.where('number', '>', after ?? ''))
      .orderBy('number')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row }));
  }

  async remember(userId: string, at: Date): Promise<void> {
    await this.database.query
      .insertInto('erased_users')
      .values({ user_id: userId, erased_at: at })
      .onConflict((on) => on.doNothing())
      .execute();
  }

  async isErased(userId: string): Promise<boolean> {
    const row = await this.database.query
      .selectFrom('erased_users')
      .select('user_id')
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row !== undefined;
  }

  async pseudonymise(userId: string): Promise<{ orders: number; underway: number }> {
    const { query } = this.database;
    const { numAffectedRows: orders = 0n } = await sql`
      update orders set email = ${NO_EMAIL}, shopper_session_id = null,
        shipping_address = jsonb_set(shipping_address, '{postal}', (shipping_address -> 'postal') || ${NO_ADDRESS}::jsonb),
        billing_address = jsonb_set(billing_address, '{postal}', (billing_address -> 'postal') || ${NO_ADDRESS}::jsonb)
      where user_id = ${userId} and status = any (${AT_REST}::text[]) and email <> ${NO_EMAIL}`.execute(
      query,
    );
    await sql`
      update checkout_sagas set context = jsonb_set(
          jsonb_set(context, '{content,email}', to_jsonb(${NO_EMAIL}::text)),
          '{content,shippingAddress,postal}', (context #> '{content,shippingAddress,postal}') || ${NO_ADDRESS}::jsonb)
        #- '{content,billingAddress}'
      where user_id = ${userId} and state in ('completed', 'cancelled') and context #> '{content,shippingAddress,postal}' is not null`.execute(
      query,
    );
    await sql`update returns set reason = '' where user_id = ${userId} and status in ('REJECTED', 'REFUNDED')`.execute(
      query,
    );
    await sql`delete from checkout_quotes where user_id = ${userId}`.execute(query);
    const { underway } = await query
      .selectFrom('orders')
      .select((row) => row.fn.countAll<bigint>().as('underway'))
      .where('user_id', '=', userId)
      .where('status', 'not in', AT_REST)
      .executeTakeFirstOrThrow();
    return { orders: Number(orders), underway: Number(underway) };
  }
}
