import { Inject, Injectable } from '@nestjs/common';
import {
  commitOnlyIf,
  Database,
  isUniqueViolation,
  ListOrder,
  type Page,
  type PageRequest,
  pageOf,
  RecentlyWritten,
  sql,
} from '@vici/database';
import { DomainError, Money, notFound } from '@vici/utils';
import type { RawBuilder, Selectable } from 'kysely';
import { IntentRepository, type PaymentFilter } from '../application/payment.repositories.js';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { PaymentTables } from './payment.tables.js';

/** Bounds the tries to change an intent that others change at the same time. */
const MAX_ROUNDS = 10;
const HAS_OPEN_DISPUTE = sql<boolean>`exists (select from disputes d
  where d.intent_id = payment_intents.id and d.status = 'OPEN')`;
/** Who the user is at the provider. */
const CUSTOMER_ID = sql<string | null>`(select c.customer_id from provider_customers c
  where c.provider = payment_intents.provider and c.user_id = payment_intents.user_id)`;

/** Payment intents in payment_db. */
@Injectable()
export class PostgresIntentRepository extends IntentRepository {
  private readonly remembered = new RecentlyWritten<PaymentIntent>();

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

  async lockAtProvider(provider: string, providerIntentId: string): Promise<PaymentIntent | undefined> {
    const row = await this.all()
      .where('provider', '=', provider)
      .where('provider_intent_id', '=', providerIntentId)
      .forUpdate()
      .executeTakeFirst();
    return row && toIntent(row);
  }

  async open(intent: PaymentIntent, idempotencyKey: string): Promise<PaymentIntent> {
    const { id, provider, userId, amount, status, createdAt } = intent;
    const { rows } = await sql<IntentRow>`
      insert into payment_intents
        (id, provider, user_id, amount_minor, currency, status, idempotency_key, opened_for_customer, created_at)
      values (${id}, ${provider}, ${userId}, ${amount.minor}, ${amount.currency}, ${status}, ${idempotencyKey},
        exists (select from provider_customers c where c.provider = ${provider} and c.user_id = ${userId}),
        ${createdAt})
      on conflict (user_id, idempotency_key) do nothing
      returning *, ${CUSTOMER_ID} as customer_id`.execute(this.database.query);
    const [opened] = rows;
    return opened === undefined
      ? toIntent(await this.byKey(userId, idempotencyKey))
      : this.remember(toIntent(opened));
  }

  async markOpened(
    id: string,
    { providerIntentId, clientSecret }: { readonly providerIntentId: string; readonly clientSecret: string },
  ): Promise<PaymentIntent> {
    return await this.update(id, (intent) =>
      intent.providerIntentId === undefined ? { ...intent, providerIntentId, clientSecret } : intent,
    );
  }

  async update(id: string, change: (intent: PaymentIntent) => PaymentIntent): Promise<PaymentIntent> {
    const remembered = this.remembered.get(id);
    const likely = remembered && (await this.changeRemembered(remembered, change));
    if (likely !== undefined) return likely;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const intent = await this.known(id);
      const next = change(intent);
      if (next === intent) return intent;
      const written = await this.write(next, intent.version);
      if (written !== undefined) return this.remember(written);
    }
    throw new DomainError('CONFLICT', 'The payment keeps changing; try again.', { intentId: id });
  }

  async list(filter: PaymentFilter, page: PageRequest): Promise<Page<PaymentIntent>> {
    const { status, userId, orderId, disputed, oldestFirst } = filter;
    let matching = this.database.query.selectFrom('payment_intents');
    if (status !== undefined) matching = matching.where('status', '=', status);
    if (userId !== undefined) matching = matching.where('user_id', '=', userId);
    if (orderId !== undefined) matching = matching.where('order_id', '=', orderId);
    if (disputed === true) matching = matching.where(HAS_OPEN_DISPUTE);
    const order = ListOrder.byTime('created_at', 'id', oldestFirst);
    const rows = await order
      .pageOf(matching.selectAll().select(CUSTOMER_ID.as('customer_id')), page)
      .execute();
    const { total } = await matching.select(sql<bigint>`count(*)`.as('total')).executeTakeFirstOrThrow();
    return pageOf(rows.map(toIntent), page, total, order.nextCursor(rows, page));
  }

  async save(intent: PaymentIntent): Promise<void> {
    await this.write(intent);
  }

  async saveUnchanged(intent: PaymentIntent): Promise<void> {
    await this.database.executeWithCommit(sql`
      with saved as (${updateOf(intent)} and version = ${intent.version} returning id)
      select ${commitOnlyIf(sql`exists (select from saved)`)}`);
  }

  async findStuck(olderThanMs: number, limit: number): Promise<PaymentIntent[]> {
    const rows = await this.all()
      .where('status', '=', 'PROCESSING')
      .where('updated_at', '<', sql<Date>`now() - make_interval(secs => ${olderThanMs / 1_000})`)
      .orderBy('updated_at')
      .limit(limit)
      .execute();
    return rows.map(toIntent);
  }

  /** The intents of these ids that were not changed since. */
  async findAll(ids: readonly string[], unchangedSince: Date): Promise<PaymentIntent[]> {
    const rows = await this.all()
      .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
      .where('updated_at', '<=', unchangedSince)
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

  /** Undefined: what is remembered does not tell, and has to be read. */
  private async changeRemembered(
    intent: PaymentIntent,
    change: (intent: PaymentIntent) => PaymentIntent,
  ): Promise<PaymentIntent | undefined> {
    // Read each time it is not written over: an old version may refuse, or have nothing to write, where the new one does not.
    this.remembered.forget(intent.id);
    let next: PaymentIntent;
    try {
      next = change(intent);
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
    const written = next === intent ? undefined : await this.write(next, intent.version);
    return written && this.remember(written);
  }

  /** What a transaction writes may not stay. */
  private remember(intent: PaymentIntent): PaymentIntent {
    return this.database.inTransaction ? intent : this.remembered.keep(intent);
  }

  /** Writes what can change, only over `version` where one is given; gives it as written, or undefined. */
  private async write(intent: PaymentIntent, version?: number): Promise<PaymentIntent | undefined> {
    const unchanged = version === undefined ? sql`` : sql`and version = ${version}`;
    try {
      const { rows } = await sql<WrittenRow>`
        ${updateOf(intent)} ${unchanged} returning version, ${CUSTOMER_ID} as customer_id`.execute(
        this.database.query,
      );
      const [row] = rows;
      return row && { ...intent, version: row.version, customerId: row.customer_id ?? undefined };
    } catch (error) {
      if (!isUniqueViolation(error, 'payment_intents_order_id_key')) throw error;
      throw new DomainError('CONFLICT', 'The order is paid with another payment.', undefined, {
        cause: error,
      });
    }
  }

  private async known(id: string): Promise<PaymentIntent> {
    const intent = await this.find(id);
    if (intent === undefined) throw notFound('payment intent', id);
    return intent;
  }

  private async byKey(userId: string, idempotencyKey: string): Promise<IntentRow> {
    return await this.all()
      .where('user_id', '=', userId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirstOrThrow();
  }

  private byId(id: string) {
    return this.all().where('id', '=', id);
  }

  private all() {
    return this.database.query
      .selectFrom('payment_intents')
      .selectAll()
      .select(CUSTOMER_ID.as('customer_id'));
  }
}

type IntentRow = Selectable<PaymentTables['payment_intents']> & { readonly customer_id: string | null };
type WrittenRow = Pick<IntentRow, 'version' | 'customer_id'>;

/** Everything that can change, of the row with the intent's id; further conditions may follow. */
function updateOf(intent: PaymentIntent): RawBuilder<unknown> {
  return sql`
    update payment_intents set provider_intent_id = ${intent.providerIntentId ?? null},
      order_id = ${intent.orderId ?? null}, status = ${intent.status}, client_secret = ${intent.clientSecret},
      authorized = ${intent.authorized}, captured_minor = ${intent.captured.minor},
      refunded_minor = ${intent.refunded.minor}, decline_code = ${intent.declineCode ?? null},
      attempt = ${intent.attempt}, version = version + 1, updated_at = clock_timestamp()
    where id = ${intent.id}`;
}

function toIntent(row: IntentRow): PaymentIntent {
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
    customerId: row.customer_id ?? undefined,
    openedForCustomer: row.opened_for_customer,
    authorized: row.authorized,
    captured: money(row.captured_minor),
    refunded: money(row.refunded_minor),
    declineCode: row.decline_code ?? undefined,
    attempt: row.attempt,
    createdAt: row.created_at,
    version: row.version,
  };
}
