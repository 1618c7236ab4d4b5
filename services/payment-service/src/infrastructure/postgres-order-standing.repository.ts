import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { sql } from 'kysely';
import { type OrderStanding, OrderStandingRepository } from '../application/track-orders.use-case.js';
import type { PaymentTables } from './payment.tables.js';

/** The orders' standings in payment_db. */
@Injectable()
export class PostgresOrderStandingRepository extends OrderStandingRepository {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async note(standings: readonly OrderStanding[]): Promise<void> {
    await this.database.query
      .insertInto('order_standings')
      .values(
        standings.map(({ orderId, intentId, status, total, asOf }) => ({
          order_id: orderId,
          intent_id: intentId,
          status,
          total_minor: total.minor,
          currency: total.currency,
          as_of: asOf,
        })),
      )
      .onConflict((on) =>
        on
          .column('order_id')
          .doUpdateSet(({ ref }) => ({
            status: ref('excluded.status'),
            total_minor: ref('excluded.total_minor'),
            as_of: ref('excluded.as_of'),
          }))
          .where('order_standings.as_of', '<=', sql<Date>`excluded.as_of`),
      )
      .execute();
  }
}
