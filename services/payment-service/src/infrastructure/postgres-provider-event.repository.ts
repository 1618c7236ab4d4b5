import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { ProviderEventRepository } from '../application/payment.repositories.js';
import type { ProviderEvent } from '../domain/provider-intent.js';
import type { PaymentTables } from './payment.tables.js';
import { decodeProviderEvent, encodeProviderEvent } from './provider-event.codec.js';

/** The provider's messages in payment_db. */
@Injectable()
export class PostgresProviderEventRepository extends ProviderEventRepository {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async storeOldNews(provider: string, event: ProviderEvent, intentId: string): Promise<boolean> {
    const { rows } = await sql`
      insert into provider_events (provider, event_id, payload, applied_at)
      select ${provider}, ${event.id}, ${encodeProviderEvent(event)}::jsonb, now()
      from payment_intents where id = ${intentId} and status = 'SUCCEEDED'
      on conflict (provider, event_id) do update set applied_at = now() where provider_events.applied_at is null
      returning event_id`.execute(this.database.query);
    return rows.length > 0;
  }

  async storeApplied(provider: string, event: ProviderEvent): Promise<boolean> {
    const applied = await this.database.query
      .insertInto('provider_events')
      .values({
        provider,
        event_id: event.id,
        payload: sql`cast(${encodeProviderEvent(event)} as jsonb)`,
        applied_at: sql<Date>`now()`,
      })
      .onConflict((on) =>
        on
          .columns(['provider', 'event_id'])
          .doUpdateSet({ applied_at: sql<Date>`now()` })
          .where('provider_events.applied_at', 'is', null),
      )
      .returning('event_id')
      .executeTakeFirst();
    return applied !== undefined;
  }

  async store(provider: string, event: ProviderEvent): Promise<void> {
    await this.database.query
      .insertInto('provider_events')
      .values({
        provider,
        event_id: event.id,
        payload: sql`cast(${encodeProviderEvent(event)} as jsonb)`,
      })
      .onConflict((on) => on.doNothing())
      .execute();
  }

  async lockUnapplied(provider: string, eventId: string): Promise<ProviderEvent | undefined> {
    const row = await this.database.query
      .selectFrom('provider_events')
      .select('payload')
      .where('provider', '=', provider)
      .where('event_id', '=', eventId)
      .where('applied_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    return row && decodeProviderEvent(row.payload);
  }

  async markApplied(provider: string, eventId: string): Promise<void> {
    await this.database.query
      .updateTable('provider_events')
      .set({ applied_at: new Date() })
      .where('provider', '=', provider)
      .where('event_id', '=', eventId)
      .execute();
  }

  async findUnapplied(provider: string, olderThanMs: number, limit: number): Promise<string[]> {
    const rows = await this.database.query
      .selectFrom('provider_events')
      .select('event_id')
      .where('provider', '=', provider)
      .where('applied_at', 'is', null)
      .where('received_at', '<', sql<Date>`now() - make_interval(secs => ${olderThanMs / 1_000})`)
      .orderBy('received_at')
      .limit(limit)
      .execute();
    return rows.map(({ event_id }) => event_id);
  }
}
