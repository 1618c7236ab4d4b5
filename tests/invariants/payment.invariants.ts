import { defineInvariant, type Found, type Invariant } from './invariant.ts';
import { type IntentRow, intentsOf, OPEN, type OrderRow, ordersOf, PAID } from './orders.ts';

const BALANCE = `sum(case account when 'provider_balance' then debit_minor - credit_minor else 0 end)`;

/** Of the money: what was taken, given back, and which orders stand for it. */
export const paymentInvariants: readonly Invariant[] = [
  defineInvariant('every order is in a state its payment justifies', async (snapshots, scope) => {
    const orders = await ordersOf(snapshots, scope);
    const intents = await intentsOf(snapshots, scope);
    return [...orders.settled.values()].flatMap((order) => {
      const intent = intents.all.get(order.payment_id);
      if (intent !== undefined && !intents.settled.has(intent.id)) return [];
      const fault = faultOf(order, intent);
      return fault === undefined ? [] : [{ subject: order.id, detail: `${order.status}: ${fault}` }];
    });
  }),
  defineInvariant('money that was taken has an order, or goes back', async (snapshots, scope) => {
    const orders = await ordersOf(snapshots, scope);
    const { settled } = await intentsOf(snapshots, scope);
    const kept = [...settled.values()].filter(({ captured, refunded }) => captured > refunded);
    return kept.flatMap(({ id: subject, order_id, captured, refunded }) => {
      const order = order_id === null ? undefined : orders.all.get(order_id);
      const detail = `${captured - refunded} is kept, order ${order?.status ?? 'none'}`;
      return order === undefined || order.status === 'CANCELLED' ? [{ subject, detail }] : [];
    });
  }),
  defineInvariant('captured less refunded is the sum of the paid orders', async (snapshots, scope) => {
    const orders = await ordersOf(snapshots, scope);
    const intents = await intentsOf(snapshots, scope);
    const pairs = [...orders.settled.values()].flatMap((order) => {
      const intent = intents.settled.get(order.payment_id);
      return intent === undefined ? [] : [{ order, intent }];
    });
    const taken = pairs.reduce((sum, { intent }) => sum + intent.captured - intent.refunded, 0);
    const paid = pairs.filter(({ order }) => PAID.has(order.status) || order.status === 'REFUNDED');
    const owed = paid.reduce((sum, { order }) => sum + order.total - order.refunded, 0);
    return taken === owed
      ? []
      : [{ subject: 'all orders', detail: `${taken} is held, the orders come to ${owed}` }];
  }),
  defineInvariant('every ledger transaction balances', ({ payment }) =>
    payment.rows<Found>(
      `select transaction_id::text as subject, 'debit ' || sum(debit_minor) || ', credit ' || sum(credit_minor) as detail
        from ledger_entries group by transaction_id, currency having sum(debit_minor) <> sum(credit_minor)`,
    ),
  ),
  defineInvariant('the ledger says of each payment what the payment says', ({ payment }) =>
    payment.rows<Found>(
      `select p.id::text as subject,
          'captured ' || p.captured_minor || ', refunded ' || p.refunded_minor || ', ledger ' || coalesce(l.paid, 0) as detail
        from payment_intents p left join (
          select intent_id, sum(credit_minor - debit_minor) as paid from ledger_entries
          where account = 'customer_payments' group by intent_id
        ) l on l.intent_id = p.id
        where p.captured_minor - p.refunded_minor <> coalesce(l.paid, 0)
          or p.refunded_minor <> coalesce((select sum(amount_minor) from refunds r
            where r.intent_id = p.id and r.status = 'SUCCEEDED'), 0)`,
    ),
  ),
  defineInvariant(
    'the provider charged each payment once, and holds what the ledger says',
    async ({ payment }) => {
      if (!(await payment.has('sandbox.charges'))) return [];
      return await payment.rows<Found>(
        `select p.id::text as subject, coalesce(c.charges, 0) || ' charges of ' || coalesce(c.charged, 0)
          || ' less ' || coalesce(r.given, 0) || ' given back, ledger ' || coalesce(l.held, 0) as detail
        from payment_intents p
        left join (select intent_id, count(*) as charges, sum(amount_minor) as charged from sandbox.charges
          group by 1) c on c.intent_id = p.provider_intent_id
        left join (select intent_id, sum(amount_minor) as given from sandbox.refunds group by 1) r
          on r.intent_id = p.provider_intent_id
        left join (select intent_id, ${BALANCE}
            + sum(case account when 'disputed_payments' then debit_minor - credit_minor else 0 end) as held
          from ledger_entries group by 1) l on l.intent_id = p.id
        where p.provider = 'sandbox' and p.status <> 'PROCESSING' and (coalesce(c.charges, 0) > 1
          or coalesce(c.charged, 0) - coalesce(r.given, 0) <> coalesce(l.held, 0))`,
      );
    },
  ),
  defineInvariant(
    'no refund and no message of the provider is left undone',
    ({ payment }, { settledBefore }) =>
      payment.rows<Found>(
        `select id::text as subject, 'a refund is pending since ' || created_at as detail from refunds
          where status = 'PENDING' and updated_at < $1
        union all select event_id, 'a message is not applied since ' || received_at from provider_events
          where applied_at is null and received_at < $1
        union all select id::text, 'a capture is under way since ' || updated_at from payment_intents
          where status = 'PROCESSING' and updated_at < $1`,
        [settledBefore],
      ),
  ),
];

function faultOf(order: OrderRow, intent: IntentRow | undefined): string | undefined {
  if (intent === undefined) return 'its payment does not exist';
  const { captured, refunded, order_id } = intent;
  const standing = `payment ${intent.status}, captured ${captured}, refunded ${refunded}`;
  if (PAID.has(order.status)) {
    const paid = intent.status === 'SUCCEEDED' && captured === order.total && order_id === order.id;
    return paid && refunded === order.refunded ? undefined : `${standing}, total ${order.total}`;
  }
  if (order.status === 'REFUNDED') return captured === refunded ? undefined : standing;
  if (OPEN.has(order.status)) return captured === 0 ? undefined : standing;
  return captured === refunded ? undefined : standing;
}
