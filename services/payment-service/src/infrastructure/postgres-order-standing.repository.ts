import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { type OrderStanding, OrderStandingRepository } from '../application/track-orders.use-case.js';
import type { PaymentTables } from './payment.tables.js';

/** The orders' standings in payment_db. */
@Injectable()
export class PostgresOrderStandingRepository extends OrderStandingRepository {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async note(standings: readonly OrderStanding[]): Promise<void> {
    await sql`
      insert into order_standings (order_id, intent_id, status, total_minor, currency, as_of)
      select * from unnest(
        ${standings.map(({ orderId }) => orderId)}::uuid[],
        ${standings.map(({ intentId }) => intentId)}::uuid[],
        ${standings.map(({ status }) => status)}::text[],
        ${standings.map(({ total }) => total.minor)}::bigint[],
        ${standings.map(({ total }) => total.currency)}::text[],
        ${standings.map(({ asOf }) => asOf)}::timestamptz[]
      )
      on conflict (order_id) do update
        set status = excluded.status, total_minor = excluded.total_minor, as_of = excluded.as_of
        where order_standings.as_of <= excluded.as_of`.execute(this.database.query);
  }
}
