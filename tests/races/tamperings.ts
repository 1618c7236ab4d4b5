const CONFIRMED = `(select id from orders where status = 'CONFIRMED' order by id limit 1)`;
const CAPTURED = `(select id from payment_intents where status = 'SUCCEEDED' order by id limit 1)`;
const FIRST_SKU = '(select min(sku) from stock_items)';

/**
 * What somebody does to a database behind the shop's back, and the invariants that break by it. In this order: none
 * breaks what a later one is to break.
 */
export const TAMPERINGS: readonly (readonly [string, string, ...string[]])[] = [
  [
    'inventory',
    `update stock_items set on_hand = on_hand + 1 where sku = ${FIRST_SKU}`,
    'the stock ledger sums to what is on hand',
  ],
  [
    'inventory',
    `update stock_items set on_hand = on_hand + 1, reserved = reserved + 1 where sku = ${FIRST_SKU}`,
    'what is reserved is what living reservations hold',
  ],
  [
    'inventory',
    `insert into stock_movements (sku, warehouse_id, delta, kind, reason, order_id)
      select i.sku, i.warehouse_id, -1, 'SALE', 'test', r.order_id from stock_items i, reservations r
      where r.status = 'COMMITTED' order by r.id desc limit 1`,
    'a paid order has taken its units, and a cancelled one gave them back',
  ],
  [
    'payment',
    `update payment_intents set status = 'FAILED' where id = ${CAPTURED}`,
    'every order is in a state its payment justifies',
  ],
  [
    'payment',
    `update payment_intents set refunded_minor = 1 where id = ${CAPTURED}`,
    'the ledger says of each payment what the payment says',
    'captured less refunded is the sum of the paid orders',
  ],
  [
    'order',
    `update orders set status = 'CANCELLED' where id = ${CONFIRMED}`,
    'money that was taken has an order, or goes back',
    'the reservations of dead orders are released',
  ],
  [
    'order',
    `update checkout_sagas set next_run_at = now() - interval '1 day', lease_until = now() + interval '1 day'
      where order_id = ${CONFIRMED}`,
    'no checkout is left undone',
  ],
  [
    'payment',
    `insert into provider_events (provider, event_id, payload, received_at)
      values ('nobody', 'evt_x', '{}', now() - interval '1 second')`,
    'no refund and no message of the provider is left undone',
  ],
  [
    'notification',
    `update deliveries set status = 'FAILED', payload = '{}' where template = 'order-confirmed'`,
    'each mail of an order is sent once',
  ],
  [
    'event',
    `delete from behaviour_events where event_type = 'purchase'`,
    'each line of a paid order is one purchase, and of others none',
  ],
];
