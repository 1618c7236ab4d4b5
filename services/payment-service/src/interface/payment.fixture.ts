import { Database } from '@vici/database';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { asCaller, type TestService } from '@vici/testing';
import { newId } from '@vici/utils';
import type { PaymentTables } from '../infrastructure/payment.tables.js';

/** What the provider's books and ours hold for one intent. */
export interface Books {
  readonly charges: number;
  readonly providerRefunded: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  readonly transactions: number;
  /** Balance of the account provider_balance: what the provider holds for the shop. */
  readonly held: bigint;
}

/** The API of a payment-service under test, called as order-service calls it. */
export function paymentsOf(service: TestService) {
  const api = () => service.client(PaymentServiceDefinition);
  const slow = { timeoutMs: 20_000 };
  const asSystem = <T>(work: () => Promise<T>) =>
    asCaller({ role: 'system', service: 'order-service' }, work);
  const money = (minor: bigint) => ({ minor, currency: 'USD' });
  const open = (userId: string, minor = 2_499n, idempotencyKey: string = newId()) =>
    asSystem(() => api().createIntent({ userId, amount: money(minor) }, { ...slow, idempotencyKey }));
  const claim = (id: string, orderId: string, userId: string, minor = 2_499n) =>
    asSystem(() => api().claimIntent({ id, orderId, userId, amount: money(minor) }, slow));
  const capture = (id: string, orderId: string, paymentMethod = 'pm_card_visa', attempt = 1) =>
    asSystem(() => api().captureIntent({ id, orderId, paymentMethod, attempt }, slow));
  const claimed = async (minor = 2_499n) => {
    const [userId, orderId] = [newId(), newId()];
    const { id } = await open(userId, minor);
    await claim(id, orderId, userId, minor);
    return { id, orderId, userId };
  };
  const database = () => service.get<Database<PaymentTables>>(Database);
  return {
    open,
    claim,
    capture,
    /** An intent that an order has claimed. */
    claimed,
    /** A captured intent. */
    captured: async (minor = 2_499n) => {
      const intent = await claimed(minor);
      await capture(intent.id, intent.orderId);
      return intent;
    },
    get: (id: string) => asSystem(() => api().getIntent({ id }, slow)),
    cancel: (id: string) => asSystem(() => api().cancelIntent({ id, reason: 'test' }, slow)),
    refund: (intentId: string, minor: bigint | undefined, reference: string = newId()) =>
      asSystem(() =>
        api().refund(
          { intentId, reference, reason: 'returned', ...(minor !== undefined && { amount: money(minor) }) },
          slow,
        ),
      ),
    database,
    /** The provider's id of an intent. */
    providerId: async (id: string): Promise<string> => {
      const { rows } = await database().pool.query<{ provider_intent_id: string }>(
        'select provider_intent_id from payment_intents where id = $1',
        [id],
      );
      return rows[0]?.provider_intent_id ?? '';
    },
    books: async (id: string): Promise<Books | undefined> => {
      const { rows } = await database().pool.query<Books>(
        `select
          (select count(*)::int from sandbox.charges c join sandbox.intents i on i.id = c.intent_id
            where i.reference = p.id) as charges,
          (select coalesce(sum(r.amount_minor), 0)::bigint from sandbox.refunds r
            join sandbox.intents i on i.id = r.intent_id where i.reference = p.id) as "providerRefunded",
          captured_minor as captured,
          refunded_minor as refunded,
          (select count(distinct transaction_id)::int from ledger_entries where intent_id = p.id) as transactions,
          (select coalesce(sum(debit_minor - credit_minor), 0)::bigint from ledger_entries
            where intent_id = p.id and account = 'provider_balance') as held
        from payment_intents p where id = $1`,
        [id],
      );
      return rows[0];
    },
  };
}
