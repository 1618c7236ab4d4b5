import type { Snapshots } from './books.ts';
import type { Scope } from './invariant.ts';

/** An order, as far as the invariants look at it. */
export interface OrderRow {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total: number;
  readonly refunded: number;
  readonly payment_id: string;
  readonly units: number;
  readonly lines: number;
}

/** A payment, as far as the invariants look at it. */
export interface IntentRow {
  readonly id: string;
  readonly order_id: string | null;
  readonly status: string;
  readonly captured: number;
  readonly refunded: number;
}

/** The rows of the scope by id: all of them, and those that nothing has changed for a while. */
export interface Rows<R> {
  readonly all: ReadonlyMap<string, R>;
  readonly settled: ReadonlyMap<string, R>;
}

/** An order in one of these is paid for. */
export const PAID: ReadonlySet<string> = new Set(['CONFIRMED', 'PREPARING', 'SHIPPED', 'DELIVERED']);
/** An order in one of these waits for its payment. */
export const OPEN: ReadonlySet<string> = new Set([
  'PENDING',
  'PROCESSING',
  'PAYMENT_PENDING',
  'PAYMENT_FAILED',
]);

/** The orders of the scope. One whose checkout still has something to do at once is not settled. */
export async function ordersOf(
  { order }: Snapshots,
  { since, settledBefore }: Scope,
): Promise<Rows<OrderRow>> {
  const rows = await order.rows<OrderRow & { settled: boolean }>(
    `select o.id, o.number, o.status, o.total, o.refunded, o.payment_id,
        (select coalesce(sum(quantity), 0) from order_items i where i.order_id = o.id) as units,
        (select count(*) from order_items i where i.order_id = o.id) as lines,
        o.updated_at <= $2 and not exists (
          select from checkout_sagas s where s.order_id = o.id
            and (s.updated_at > $2 or s.state in ('running', 'compensating'))
        ) as settled
      from orders o where o.created_at >= $1`,
    [since, settledBefore],
  );
  return byId(rows);
}

/** The payments of the scope. */
export async function intentsOf(
  { payment }: Snapshots,
  { since, settledBefore }: Scope,
): Promise<Rows<IntentRow>> {
  const rows = await payment.rows<IntentRow & { settled: boolean }>(
    `select id, order_id, status, captured_minor as captured, refunded_minor as refunded,
        updated_at <= $2 and status <> 'PROCESSING' as settled
      from payment_intents where created_at >= $1`,
    [since, settledBefore],
  );
  return byId(rows);
}

function byId<R extends { readonly id: string; readonly settled: boolean }>(rows: readonly R[]): Rows<R> {
  const all = new Map(rows.map((row) => [row.id, row]));
  return { all, settled: new Map([...all].filter(([, { settled }]) => settled)) };
}
