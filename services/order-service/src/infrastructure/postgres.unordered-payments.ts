import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { Selectable } from 'kysely';
import type { CheckoutIntent } from '../application/ports/checkout-intent.repository.js';
import { UnorderedPayments } from '../application/unordered/unordered-payments.port.js';
import type { CheckoutIntentsTable, OrderTables } from './order.tables.js';
import { toIntent } from './postgres.checkout-intent.repository.js';

/** Tried again after five seconds, then ten, twenty … at most ten minutes. */
const FIRST_BACK_OFF_SECONDS = 5;
const MAX_BACK_OFF_SECONDS = 600;

/** Payments without an order, in order_db. */
@Injectable()
export class PostgresUnorderedPayments extends UnorderedPayments {
  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async note(paymentIntentId: string, graceMs: number): Promise<boolean> {
    const { rows } = await sql`
      WITH noted AS (
        UPDATE checkout_intents SET unordered_due_at = now() + ${graceMs}::float8 * interval '1 millisecond'
        WHERE id = ${paymentIntentId} AND unordered_due_at IS NULL AND unordered_attempts = 0
      )
      SELECT FROM checkout_intents WHERE id = ${paymentIntentId}`.execute(this.database.query);
    return rows.length > 0;
  }

  async take(limit: number): Promise<readonly CheckoutIntent[]> {
    const { rows } = await sql<Selectable<CheckoutIntentsTable>>`
      UPDATE checkout_intents
      SET unordered_attempts = unordered_attempts + 1,
          unordered_due_at = now() + make_interval(secs =>
            least(${FIRST_BACK_OFF_SECONDS} * power(2, least(unordered_attempts, 16)), ${MAX_BACK_OFF_SECONDS}))
      WHERE id IN (
        SELECT id FROM checkout_intents WHERE unordered_due_at <= now()
        ORDER BY unordered_due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING *`.execute(this.database.query);
    return rows.map(toIntent);
  }

  async settled(paymentIntentId: string): Promise<void> {
    await this.database.query
      .updateTable('checkout_intents')
      .set({ unordered_due_at: null })
      .where('id', '=', paymentIntentId)
      .execute();
  }
}
