import { Inject, Injectable } from '@nestjs/common';
import {
  commitOnlyIf,
  Database,
  isUniqueViolation,
  ListOrder,
  type Page,
  type PageRequest,
  pageOf,
  sql,
} from '@vici/database';
import { DomainError, Money, notFound } from '@vici/utils';
import type { Selectable } from 'kysely';
import { IntentRepository, type PaymentFilter } from '../application/payment.repositories.js';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { PaymentTables } from './payment.tables.js';
import { RememberedIntents } from './remembered-intents.js';

/** Bounds the tries to change an intent that others change at the same time. */
const MAX_ROUNDS = 10;
const NEXT_VERSION = sql<number>`version + 1`;
const HAS_OPEN_DISPUTE = sql<boolean>`exists (select from disputes d
  where d.intent_id = payment_intents.id and d.status = 'OPEN')`;
/** Who the user is at the provider. */
const CUSTOMER = sql<string | null>`(select c.customer_id from provider_customers c
  where c.provider = payment_intents.provider and c.user_id = payment_intents.user_id)`.as('customer_id');

/** Payment intents in payment_db. */
@Injectable()
export class PostgresIntentRepository extends IntentRepository {
  private readonly remembered = new RememberedIntents();

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
    const opened = await this.database.query
      .insertInto('payment_intents')
      .values({
        id,
        provider,
        user_id: userId,
        amount_minor: amount.minor,
        currency: amount.currency,
        status,
        idempotency_key: idempotencyKey,
        opened_for_customer: sql<boolean>`exists (select from provider_customers c
          where c.provider = ${provider} and c.user_id = ${userId})`,
        created_at: createdAt,
      })
      .onConflict((on) => on.columns(['user_id', 'idempotency_key']).doNothing())
      .returningAll()
      .returning(CUSTOMER)
      .executeTakeFirst();
    return opened === undefined
      ? toIntent(await this.byKey(userId, idempotencyKey))
      : this.remember(toIntent(opened));
  }

  async markOpened(
    id: string,
    { providerIntentId, clientSecret }: { readonly providerIntentId: string; readonly clientSecret: string },
  ): Promise<PaymentIntent> {
    const row = await this.database.query
      .updateTable('payment_intents')
      .set({ provider_intent_id: providerIntentId, client_secret: clientSecret, version: NEXT_VERSION })
      .where('id', '=', id)
      .where('provider_intent_id', 'is', null)
      .returningAll()
      .returning(CUSTOMER)
      .executeTakeFirst();
    return row === undefined ? await this.known(id) : this.remember(toIntent(row));
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
    const rows = await order.pageOf(matching.selectAll().select(CUSTOMER), page).execute();
    const { total } = await matching.select(sql<bigint>`count(*)`.as('total')).executeTakeFirstOrThrow();
    return pageOf(rows.map(toIntent), page, total, order.nextCursor(rows, page));
  }

  async save(intent: PaymentIntent): Promise<void> {
    await this.write(intent);
  }

  async saveUnchanged(intent: PaymentIntent): Promise<void> {
    const saved = this.updateOf(intent).where('version', '=', intent.version).returning('id');
    await this.database.executeWithCommit(
      sql`with saved as (${saved}) select ${commitOnlyIf(sql`exists (select from saved)`)}`,
    );
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
    let update = this.updateOf(intent);
    if (version !== undefined) update = update.where('version', '=', version);
    try {
      const row = await update.returning('version').returning(CUSTOMER).executeTakeFirst();
      return row && { ...intent, version: row.version, customerId: row.customer_id ?? undefined };
    } catch (error) {
      if (!isUniqueViolation(error, 'payment_intents_order_id_key')) throw error;
      throw new DomainError('CONFLICT', 'The order is paid with another payment.', undefined, {
        cause: error,
      });
    }
  }

  private updateOf(intent: PaymentIntent) {
    const changes = {
      provider_intent_id: intent.providerIntentId ?? null,
      order_id: intent.orderId ?? null,
      status: intent.status,
      client_secret: intent.clientSecret,
      authorized: intent.authorized,
      captured_minor: intent.captured.minor,
      refunded_minor: intent.refunded.minor,
      decline_code: intent.declineCode ?? null,
      attempt: intent.attempt,
      version: NEXT_VERSION,
      updated_at: sql<Date>`clock_timestamp()`,
    };
    return this.database.query.updateTable('payment_intents').set(changes).where('id', '=', intent.id);
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
    return this.database.query.selectFrom('payment_intents').selectAll().select(CUSTOMER);
  }
}

type IntentRow = Selectable<PaymentTables['payment_intents']> & { readonly customer_id: string | null };

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
