import { Inject, Injectable } from '@nestjs/common';
import { columnOf, Database, sql } from '@vici/database';
import { AskedTogether } from '@vici/utils';
import { ProviderEventRepository } from '../application/payment.repositories.js';
import type { ProviderEvent } from '../domain/provider-intent.js';
import type { PaymentTables } from './payment.tables.js';
import { decodeProviderEvent, encodeProviderEvent } from './provider-event.codec.js';

/** An event that tells of a payment alone. */
interface News {
  readonly provider: string;
  readonly event: ProviderEvent;
  readonly intentId: string;
}

/** The provider's messages in payment_db. */
@Injectable()
export class PostgresProviderEventRepository extends ProviderEventRepository {
  private readonly oldNews = new AskedTogether<News, boolean>((news) => this.storeAll(news));

  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  storeOldNews(provider: string, event: ProviderEvent, intentId: string): Promise<boolean> {
    return this.oldNews.ask({ provider, event, intentId });
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

  /** Of an event that came twice, the second is none that this keeps. */
  private async storeAll(news: readonly News[]): Promise<ReadonlyMap<News, boolean>> {
    const first = new Map(news.toReversed().map((each) => [each.event.id, each]));
    const wanted = [...first.values()];
    const { rows } = await this.database.outsideTransaction(() =>
      sql<{ event_id: string }>`
        insert into provider_events (provider, event_id, payload, applied_at)
        select told.provider, told.event_id, told.payload::jsonb, now()
        from unnest(
          ${columnOf(wanted, 'text', ({ provider }) => provider)},
          ${columnOf(wanted, 'text', ({ event }) => event.id)},
          ${columnOf(wanted, 'text', ({ event }) => encodeProviderEvent(event))},
          ${columnOf(wanted, 'uuid', ({ intentId }) => intentId)}
        ) as told (provider, event_id, payload, intent_id)
        join payment_intents on payment_intents.id = told.intent_id and status = 'SUCCEEDED'
        order by told.event_id
        on conflict (provider, event_id) do update set applied_at = now() where provider_events.applied_at is null
        returning event_id`.execute(this.database.query),
    );
    const kept = new Set(rows.map(({ event_id: id }) => first.get(id)));
    return new Map(news.map((each) => [each, kept.has(each)]));
  }
}
