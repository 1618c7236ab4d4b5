import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { CustomerRepository } from '../application/payment.repositories.js';
import type { PaymentTables } from './payment.tables.js';

/** The provider's customers in payment_db. */
@Injectable()
export class PostgresCustomerRepository extends CustomerRepository {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async find(provider: string, userId: string): Promise<string | undefined> {
    const row = await this.database.query
      .selectFrom('provider_customers')
      .select('customer_id')
      .where('provider', '=', provider)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.customer_id;
  }

  async store(provider: string, userId: string, customerId: string): Promise<string> {
    await this.database.query
      .insertInto('provider_customers')
      .values({ provider, user_id: userId, customer_id: customerId })
      .onConflict((on) => on.columns(['provider', 'user_id']).doNothing())
      .execute();
    return (await this.find(provider, userId)) ?? customerId;
  }
}
