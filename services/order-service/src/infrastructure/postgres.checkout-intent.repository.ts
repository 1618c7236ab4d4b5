import { Inject, Injectable } from '@nestjs/common';
import { Database, type Given, RecentlyWritten, Statement, sql } from '@vici/database';
import { Money } from '@vici/utils/domain';
import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import {
  type CheckoutIntent,
  CheckoutIntentRepository,
  type KnownIntent,
  type QuoteMemory,
  type ShopperStanding,
} from '../application/ports/checkout-intent.repository.js';
import { SAGA_STATES } from '../domain/saga-record.js';
import type { CheckoutIntentsTable, CheckoutQuotesTable, OrderTables } from './order.tables.js';

const sagaState = z.enum(SAGA_STATES);

const BY_ID = new Statement((query: Kysely<OrderTables>, given: Given<Pick<CheckoutIntent, 'id'>>) =>
  intentsWithSagas(query).where('intent.id', '=', given('id')),
);
type NewIntent = Omit<
  Selectable<CheckoutIntentsTable>,
  'created_at' | 'unordered_attempts' | 'unordered_due_at'
>;

const INSERT = new Statement((query: Kysely<OrderTables>, given: Given<NewIntent>) =>
  query
    .insertInto('checkout_intents')
    .values({
      id: given('id'),
      user_id: given('user_id'),
      amount: given('amount'),
      currency: given('currency'),
      cart_id: given('cart_id'),
      cart_version: given('cart_version'),
      shipping_method: given('shipping_method'),
      payment_key: given('payment_key'),
      request_key: given('request_key'),
    })
    .onConflict((conflict) => conflict.doNothing()),
);

/** Quotes and payment intents in order_db. */
@Injectable()
export class PostgresCheckoutIntentRepository extends CheckoutIntentRepository {
  private readonly opened = new RecentlyWritten<CheckoutIntent>();

  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  /** Not waiting for the disk: the commit of a payment for it, which does, brings it there. */
  async rememberQuote(userId: string, quote: QuoteMemory): Promise<void> {
    await sql`
      INSERT INTO checkout_quotes AS known (user_id, address_id, coupon_code, shipping_method)
      SELECT ${userId}::uuid, ${quote.addressId}::uuid, ${quote.couponCode ?? null}, ${quote.shippingMethod ?? null}
      FROM set_config('synchronous_commit', 'off', true)
      ON CONFLICT (user_id) DO UPDATE
      SET address_id = EXCLUDED.address_id, coupon_code = EXCLUDED.coupon_code,
          shipping_method = EXCLUDED.shipping_method, updated_at = now()
      WHERE (known.address_id, known.coupon_code, known.shipping_method)
        IS DISTINCT FROM (EXCLUDED.address_id, EXCLUDED.coupon_code, EXCLUDED.shipping_method)
    `.execute(this.database.query);
  }

  async lastQuote(userId: string): Promise<QuoteMemory | undefined> {
    const row = await this.database.query
      .selectFrom('checkout_quotes')
      .select(['address_id', 'coupon_code', 'shipping_method'])
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row && toQuote(row);
  }

  async standing(userId: string): Promise<ShopperStanding> {
    const { rows } = await sql<StandingRow>`
      SELECT address_id, coupon_code, shipping_method, latest.cart_id, latest.cart_version
      FROM (VALUES (${userId}::uuid)) AS shopper (id)
      LEFT JOIN checkout_quotes ON user_id = shopper.id
      LEFT JOIN LATERAL (
        SELECT cart_id, cart_version FROM checkout_intents WHERE user_id = shopper.id
        ORDER BY cart_id DESC, cart_version DESC LIMIT 1
      ) AS latest ON true
    `.execute(this.database.query);
    const [row] = rows;
    if (row === undefined) {
      return {};
    }
    const { address_id: addressId, cart_id: cartId, cart_version: cartVersion } = row;
    return {
      ...(addressId !== null && { quote: toQuote({ ...row, address_id: addressId }) }),
      ...(cartId !== null && cartVersion !== null && { latestCart: { cartId, cartVersion } }),
    };
  }

  async add(intent: CheckoutIntent): Promise<void> {
    const stored = await this.insert(intent, intent.requestKey ?? null);
    if (stored) {
      this.opened.keep(intent);
    } else if (intent.requestKey !== undefined) {
      await this.insert(intent, null);
    }
  }

  async findFirst(id: string): Promise<KnownIntent | undefined> {
    const opened = this.opened.get(id);
    this.opened.forget(id);
    return opened ?? (await this.find(id));
  }

  async find(id: string): Promise<KnownIntent | undefined> {
    const found = await BY_ID.first(this.database, { id });
    return found && toKnownIntent(found);
  }

  async findByRequestKey(userId: string, key: string): Promise<CheckoutIntent | undefined> {
    const row = await this.intents()
      .where('user_id', '=', userId)
      .where('request_key', '=', key)
      .executeTakeFirst();
    return row === undefined ? undefined : toIntent(row);
  }

  async newestForCart(
    userId: string,
    cartId: string,
    cartVersion: bigint,
    amount: Money,
  ): Promise<KnownIntent | undefined> {
    const found = await intentsWithSagas(this.database.query)
      .where('intent.user_id', '=', userId)
      .where('cart_id', '=', cartId)
      .where('cart_version', '=', cartVersion)
      .where('amount', '=', amount.minor)
      .where('currency', '=', amount.currency)
      .orderBy('intent.created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return found && toKnownIntent(found);
  }

  private async insert(intent: CheckoutIntent, requestKey: string | null): Promise<boolean> {
    const { numAffectedRows } = await INSERT.execute(this.database, {
      id: intent.id,
      user_id: intent.userId,
      amount: intent.amount.minor,
      currency: intent.amount.currency,
      cart_id: intent.cartId,
      cart_version: intent.cartVersion,
      shipping_method: intent.shippingMethod,
      payment_key: intent.paymentKey,
      request_key: requestKey,
    });
    return numAffectedRows === 1n;
  }

  private intents() {
    return this.database.query.selectFrom('checkout_intents').selectAll();
  }
}

function intentsWithSagas(query: Kysely<OrderTables>) {
  return query
    .selectFrom('checkout_intents as intent')
    .leftJoin('checkout_sagas as saga', 'saga.payment_intent_id', 'intent.id')
    .selectAll('intent')
    .select('saga.state');
}

interface StandingRow {
  readonly address_id: string | null;
  readonly coupon_code: string | null;
  readonly shipping_method: string | null;
  readonly cart_id: string | null;
  readonly cart_version: bigint | null;
}

type Quote = Pick<Selectable<CheckoutQuotesTable>, 'address_id' | 'coupon_code' | 'shipping_method'>;

function toQuote({ address_id: addressId, coupon_code, shipping_method }: Quote): QuoteMemory {
  return {
    addressId,
    ...(coupon_code === null ? {} : { couponCode: coupon_code }),
    ...(shipping_method === null ? {} : { shippingMethod: shipping_method }),
  };
}

/** A payment opened for a cart, from its row. */
export function toIntent(row: Selectable<CheckoutIntentsTable>): CheckoutIntent {
  return {
    id: row.id,
    userId: row.user_id,
    amount: Money.of(row.amount, row.currency),
    cartId: row.cart_id,
    cartVersion: row.cart_version,
    shippingMethod: row.shipping_method,
    paymentKey: row.payment_key,
    ...(row.request_key === null ? {} : { requestKey: row.request_key }),
  };
}

function toKnownIntent({
  state,
  ...row
}: Selectable<CheckoutIntentsTable> & { readonly state: string | null }): KnownIntent {
  return state === null ? toIntent(row) : { ...toIntent(row), sagaState: sagaState.parse(state) };
}
