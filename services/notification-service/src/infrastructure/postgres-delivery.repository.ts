import { Inject, Injectable } from '@nestjs/common';
import { columnOf, Database, sql } from '@vici/database';
import { WakeSignal } from '@vici/utils';
import type { Insertable, RawBuilder } from 'kysely';
import { type Acceptance, DeliveryRepository } from '../application/delivery.repository.js';
import type { Channel, ClaimedDelivery, NewDelivery, Purpose } from '../domain/delivery.js';
import type { DeliveryPayload, NotificationTables } from './notification.tables.js';

interface ClaimRow {
  readonly id: string;
  readonly event_id: string;
  readonly user_id: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly recipient: string;
  readonly template: string;
  readonly subject: string;
  readonly payload: DeliveryPayload;
  readonly attempts: number;
  readonly created_at: Date;
}

/** Deliveries in notification_db. All times are the database's, so that senders with other clocks agree. */
@Injectable()
export class PostgresDeliveryRepository extends DeliveryRepository {
  constructor(
    @Inject(Database) private readonly database: Database<NotificationTables>,
    private readonly signal: WakeSignal,
  ) {
    super();
  }

  async add(deliveries: readonly NewDelivery[]): Promise<void> {
    await this.insert(deliveries, sql`'PENDING', 0, now()`);
    this.database.afterCommit(() => this.signal.wake());
  }

  async addClaimed(
    deliveries: readonly NewDelivery[],
    leaseMs: number,
    begin: (claim: ClaimedDelivery) => Promise<void>,
  ): Promise<void> {
    await this.insert(deliveries, sql`'SENDING', 1, now() + ${interval(leaseMs)}`);
    const createdAt = new Date();
    for (const delivery of deliveries) {
      this.database.afterCommit(() => begin({ ...delivery, attempt: 1, createdAt }));
    }
  }

  async claim(limit: number, leaseMs: number): Promise<ClaimedDelivery[]> {
    // Not waited for until it is on disk: a claim that a crash of the database takes back is made again, and what comes
    // of the sending is flushed with all that was before it.
    const { rows } = await sql<ClaimRow>`
      with due as materialized (
        select id, user_id from deliveries
        where status in ('PENDING', 'SENDING') and next_attempt_at <= now()
          and (select set_config('synchronous_commit', 'off', true)) is not null
        order by next_attempt_at limit ${limit} for update skip locked
      )
      update deliveries delivery
      set status = 'SENDING', attempts = attempts + 1, next_attempt_at = now() + ${interval(leaseMs)}
      from due left join contacts on contacts.user_id = due.user_id
      where delivery.id = due.id
      returning delivery.id, event_id, delivery.user_id, channel, purpose,
        coalesce(nullif(delivery.recipient, ''), contacts.email, '') as recipient, template, subject, payload, attempts, created_at
    `.execute(this.database.query);
    return rows.map(toClaim);
  }

  async markSent(accepted: readonly Acceptance[]): Promise<ReadonlySet<string>> {
    // Whoever holds the claim now: the mail is accepted, and that is what counts. Notes and log in one statement, with the
    // rows locked in the order of their ids: another sender may note some of the same.
    const { rows } = await sql<{ delivery_id: string }>`
      with open as materialized (
        select id, accepted.attempt, accepted.receipt
        from unnest(
          ${columnOf(accepted, 'uuid', ({ delivery }) => delivery.id)},
          ${columnOf(accepted, 'int', ({ delivery }) => delivery.attempt)},
          ${columnOf(accepted, 'text', ({ receipt }) => receipt)}
        ) as accepted (id, attempt, receipt)
        join deliveries delivery using (id)
        where delivery.status <> 'SENT'
        order by id for no key update of delivery
      ), sent as (
        update deliveries delivery
        set status = 'SENT', provider_message_id = open.receipt, sent_at = now(), payload = null, error = null
        from open where delivery.id = open.id
        returning delivery.id, open.attempt, open.receipt
      )
      insert into delivery_attempts (delivery_id, attempt, outcome, provider_message_id)
      select id, attempt, 'SENT', receipt from sent
      returning delivery_id
    `.execute(this.database.query);
    return new Set(rows.map(({ delivery_id }) => delivery_id));
  }

  async postpone(claim: ClaimedDelivery, reason: string, delayMs: number): Promise<void> {
    const { numUpdatedRows } = await this.held(claim)
      .set({ status: 'PENDING', error: reason, next_attempt_at: sql`now() + ${interval(delayMs)}` })
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) await this.log(claim, { outcome: 'POSTPONED', error: reason });
  }

  async markFailed(claim: ClaimedDelivery, reason: string): Promise<boolean> {
    const { numUpdatedRows } = await this.held(claim)
      .set({ status: 'FAILED', error: reason })
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    await this.log(claim, { outcome: 'FAILED', error: reason });
    return true;
  }

  async defer(claim: ClaimedDelivery, reason: string, delayMs: number): Promise<void> {
    await this.held(claim)
      .set({
        status: 'PENDING',
        error: reason,
        attempts: claim.attempt - 1,
        next_attempt_at: sql`now() + ${interval(delayMs)}`,
      })
      .execute();
  }

  async suppress(claim: ClaimedDelivery, reason: string): Promise<void> {
    const { numUpdatedRows } = await this.held(claim)
      .set({ status: 'SUPPRESSED', error: reason, payload: null })
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) await this.log(claim, { outcome: 'SUPPRESSED', error: reason });
  }

  async marketingSince(userId: string, channel: Channel, since: Date): Promise<Date[]> {
    const rows = await this.database.query
      .selectFrom('deliveries')
      .select('sent_at')
      .where('user_id', '=', userId)
      .where('channel', '=', channel)
      .where('purpose', '=', 'marketing')
      .where('sent_at', '>', since)
      .orderBy('sent_at')
      .execute();
    return rows.flatMap(({ sent_at }) => (sent_at === null ? [] : [sent_at]));
  }

  async countOpen(): Promise<number> {
    const { open } = await this.database.query
      .selectFrom('deliveries')
      .select((row) => row.fn.countAll<bigint>().as('open'))
      .where('status', 'in', ['PENDING', 'SENDING'])
      .executeTakeFirstOrThrow();
    return Number(open);
  }

  /** Which were there already is not known before the commit. @param state status, attempts and next_attempt_at */
  private async insert(deliveries: readonly NewDelivery[], state: RawBuilder<unknown>): Promise<void> {
    await this.database.executeWithCommit(sql`
      insert into deliveries (
        id, event_id, user_id, channel, purpose, recipient, template, subject, payload,
        status, attempts, next_attempt_at
      )
      select id, event_id, user_id, channel, purpose, recipient, template, subject,
        jsonb_build_object('html', html, 'text', body), ${state}
      from unnest(
        ${columnOf(deliveries, 'uuid', ({ id }) => id)},
        ${columnOf(deliveries, 'uuid', ({ eventId }) => eventId)},
        ${columnOf(deliveries, 'uuid', ({ userId }) => userId)},
        ${columnOf(deliveries, 'text', ({ channel }) => channel)},
        ${columnOf(deliveries, 'text', ({ purpose }) => purpose)},
        ${columnOf(deliveries, 'text', ({ recipient }) => recipient)},
        ${columnOf(deliveries, 'text', ({ template }) => template)},
        ${columnOf(deliveries, 'text', ({ subject }) => subject)},
        ${columnOf(deliveries, 'text', ({ html }) => html)},
        ${columnOf(deliveries, 'text', ({ text }) => text)}
      ) as given (id, event_id, user_id, channel, purpose, recipient, template, subject, html, body)
      on conflict on constraint deliveries_once do nothing
    `);
  }

  private async log(
    { id, attempt }: ClaimedDelivery,
    ended: Pick<Insertable<NotificationTables['delivery_attempts']>, 'outcome'> &
      Partial<Insertable<NotificationTables['delivery_attempts']>>,
  ): Promise<void> {
    await this.database.query
      .insertInto('delivery_attempts')
      .values({ delivery_id: id, attempt, ...ended })
      .execute();
  }

  private held(claim: ClaimedDelivery) {
    return this.database.query
      .updateTable('deliveries')
      .where('id', '=', claim.id)
      .where('status', '=', 'SENDING')
      .where('attempts', '=', claim.attempt);
  }
}

function interval(milliseconds: number) {
  return sql`${milliseconds}::float8 * interval '1 millisecond'`;
}

function toClaim(row: ClaimRow): ClaimedDelivery {
  return {
    id: row.id,
    eventId: row.event_id,
    userId: row.user_id,
    channel: row.channel,
    purpose: row.purpose,
    recipient: row.recipient,
    template: row.template,
    subject: row.subject,
    ...row.payload,
    attempt: row.attempts,
    createdAt: row.created_at,
  };
}
