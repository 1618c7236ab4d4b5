import { Inject, Injectable } from '@nestjs/common';
import { Database, isUniqueViolation } from '@vici/database';
import { DomainError, Money } from '@vici/utils';
import { type Selectable, sql } from 'kysely';
import { IntentRepository } from '../application/payment.repositories.js';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { PaymentTables } from './payment.tables.js';

/** Payment intents in payment_db. */
@Injectable()
export class PostgresIntentRepository extends IntentRepository {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async find(id: string): Promise<PaymentIntent | undefined> {
    const row = await this.byId(id).executeTakeFirst();
    return row && toIntent(row);
  }

  async lock(id: string): Promise<PaymentIntent | undefined> {
    const row = await this.byId(id).forUpdate().executeTakeFirst();
    return row && toIntent(row);
  }

  async open(intent: PaymentIntent, idempotencyKey: string): Promise<PaymentIntent> {
    const { id, provider, userId, amount, status, createdAt } = intent;
    await this.database.query
      .insertInto('payment_intents')
      .values({
        id,
        provider,
        user_id: userId,
        amount_minor: amount.minor,
        currency: amount.currency,
        status,
        idempotency_key: idempotencyKey,
        created_at: createdAt,
      })
      .onConflict((on) => on.columns(['user_id', 'idempotency_key']).doNothing())
      .execute();
    const row = await this.database.query
      .selectFrom('payment_intents')
      .selectAll()
      .where('user_id', '=', userId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirstOrThrow();
    return toIntent(row);
  }

  async save(intent: PaymentIntent): Promise<void> {
    try {
      await this.database.query
        .updateTable('payment_intents')
        .set({
          provider_intent_id: intent.providerIntentId ?? null,
          order_id: intent.orderId ?? null,
          status: intent.status,
          client_secret: intent.clientSecret,
          captured_minor: intent.captured.minor,
          refunded_minor: intent.refunded.minor,
          decline_code: intent.declineCode ?? null,
          attempt: intent.attempt,
          updated_at: sql<Date>`clock_timestamp()`,
        })
        .where('id', '=', intent.id)
        .execute();
    } catch (error) {
      if (!isUniqueViolation(error, 'payment_intents_order_id_key')) throw error;
      throw new DomainError('CONFLICT', 'The order is paid with another payment.', undefined, {
        cause: error,
      });
    }
  }

  async findStuck(olderThanMs: number, limit: number): Promise<PaymentIntent[]> {
    const rows = await this.database.query
      .selectFrom('payment_intents')
      .selectAll()
      .where('status', '=', 'PROCESSING')
      .where('updated_at', '<', sql<Date>`now() - make_interval(secs => ${olderThanMs / 1_000})`)
      .orderBy('updated_at')
      .limit(limit)
      .execute();
    return rows.map(toIntent);
  }

  async touch(id: string): Promise<void> {
    await this.database.query
      .updateTable('payment_intents')
      .set({ updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .execute();
  }

  private byId(id: string) {
    return this.database.query.selectFrom('payment_intents').selectAll().where('id', '=', id);
  }
}

function toIntent(row: Selectable<PaymentTables['payment_intents']>): PaymentIntent {
  const money = (minor: bigint) => Money.of(minor, row.currency);
  return {
    id: row.id,
    provider: row.provider,
    providerIntentId: row.provider_intent_id ?? undefined,
    userId: row.user_id,
    orderId: row.order_id ?? undefined,
    amount: money(row.amount_minor),
    status: row.status,
    clientSecret: row.client_secret,
    captured: money(row.captured_minor),
    refunded: money(row.refunded_minor),
    declineCode: row.decline_code ?? undefined,
    attempt: row.attempt,
    createdAt: row.created_at,
  };
}
