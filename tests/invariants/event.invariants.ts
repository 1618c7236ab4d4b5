import { BOOKS } from './books.ts';
import { defineInvariant, type Found, type Invariant } from './invariant.ts';
import { ordersOf, PAID } from './orders.ts';

interface Mails {
  readonly link: string;
  readonly template: string;
  readonly mails: number;
  readonly sent: number;
  readonly failed: number;
}

interface Purchases {
  readonly order_id: string;
  readonly purchases: number;
}

/** Of what is told: events to the services, mails to the shoppers. */
export const eventInvariants: readonly Invariant[] = [
  defineInvariant('each event is published', async (snapshots, { settledBefore }) => {
    const found = await Promise.all(
      BOOKS.map(async (book) => {
        if (!(await snapshots[book].has('outbox'))) return [];
        const waiting = await snapshots[book].rows<Found>(
          `select id::text as subject, topic || ' since ' || created_at as detail from outbox
            where created_at < $1 limit 100`,
          [settledBefore],
        );
        return waiting.map(({ subject, detail }) => ({ subject, detail: `${book}: ${detail}` }));
      }),
    );
    return found.flat();
  }),
  defineInvariant('no checkout is left undone', ({ order }, { settledBefore }) =>
    order.rows<Found>(
      `select order_id::text as subject, state || ', next step ' || coalesce(step, 'none') || ', failed '
          || attempts || ' times: ' || coalesce(last_error, 'no error') as detail
        from checkout_sagas where next_run_at < $1`,
      [settledBefore],
    ),
  ),
  defineInvariant(
    'each line of a paid order is one purchase, and of others none',
    async (snapshots, scope) => {
      const { settled } = await ordersOf(snapshots, scope);
      const rows = await snapshots.event.rows<Purchases>(
        `select data -> 'metadata' ->> 'orderId' as order_id, count(*) as purchases from behaviour_events
        where event_type = 'purchase' and received_at >= $1 group by 1`,
        [scope.since],
      );
      const purchases = new Map(rows.map((row) => [row.order_id, row.purchases]));
      return [...settled.values()].flatMap(({ id: subject, status, lines }) => {
        const found = purchases.get(subject) ?? 0;
        // One that was cancelled or refunded may have been paid before.
        const allowed = PAID.has(status)
          ? [lines]
          : ['CANCELLED', 'REFUNDED'].includes(status)
            ? [0, lines]
            : [0];
        return allowed.includes(found)
          ? []
          : [{ subject, detail: `${status}, ${lines} lines, ${found} purchases` }];
      });
    },
  ),
  defineInvariant('each mail of an order is sent once', async (snapshots, scope) => {
    const { settled } = await ordersOf(snapshots, scope);
    const rows = await snapshots.notification.rows<Mails>(
      `select n.link, d.template, count(*) as mails, count(*) filter (where d.status = 'SENT') as sent,
          count(*) filter (where d.status = 'FAILED') as failed
        from deliveries d join notifications n on n.source_event_id = d.event_id
        where d.template = 'order-confirmed' and d.created_at >= $1 group by 1, 2`,
      [scope.since],
    );
    const mails = new Map(rows.map((row) => [row.link.slice(row.link.lastIndexOf('/') + 1), row]));
    return [...settled.values()].flatMap(({ id: subject, status }) => {
      if (!PAID.has(status)) return [];
      const { mails: all, sent, failed } = mails.get(subject) ?? { mails: 0, sent: 0, failed: 0 };
      const detail = `${all} confirmations, ${sent} sent, ${failed} given up`;
      return all === 1 && sent === 1 ? [] : [{ subject, detail }];
    });
  }),
];
