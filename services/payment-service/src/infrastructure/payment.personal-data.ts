import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import type { PaymentTables } from './payment.tables.js';

/** A person's payments. The books are kept, by a user id that leads to nobody; who they are at the provider is not. */
@Injectable()
export class PaymentPersonalData extends PersonalData {
  readonly service = 'payment-service';

  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const payments = await this.database.query
      .selectFrom('payment_intents')
      .select([
        'id',
        'order_id',
        'amount_minor',
        'captured_minor',
        'refunded_minor',
        'currency',
        'status',
        'created_at',
      ])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .execute();
    for (const { amount_minor, captured_minor, refunded_minor, ...payment } of payments) {
      const amounts = {
        amountMinor: Number(amount_minor),
        capturedMinor: Number(captured_minor),
        refundedMinor: Number(refunded_minor),
      };
      yield { section: 'payments', record: { ...payment, ...amounts } };
    }
  }

  async erase(userId: string): Promise<Erasure> {
    const customers = await this.database.query
      .deleteFrom('provider_customers')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const { count } = await this.database.query
      .selectFrom('payment_intents')
      .select((row) => row.fn.countAll<bigint>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const reason = 'The books have to be kept; they name a user id that leads to nobody any more.';
    return {
      erased: { links: Number(customers.numDeletedRows) },
      ...(count > 0n && { kept: [{ what: 'payments', count: Number(count), reason }] }),
    };
  }
}
