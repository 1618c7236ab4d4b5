import { defineInvariant, type Found, type Invariant } from './invariant.ts';
import { ordersOf, PAID } from './orders.ts';

interface Sold {
  readonly order_id: string;
  readonly sold: number;
  readonly restocked: number;
}

interface Reserved {
  readonly order_id: string;
  readonly status: string;
  readonly updated_at: Date;
}

/** Of the stock by itself, and of what the orders took from it. */
export const stockInvariants: readonly Invariant[] = [
  defineInvariant('nothing is oversold', ({ inventory }) =>
    inventory.rows<Found>(
      `select sku as subject, 'on hand ' || on_hand || ', reserved ' || reserved as detail from stock_items
        where reserved < 0 or on_hand < 0 or reserved > on_hand`,
    ),
  ),
  defineInvariant('the stock ledger sums to what is on hand', ({ inventory }) =>
    inventory.rows<Found>(
      `select i.sku as subject, 'on hand ' || i.on_hand || ', moved ' || coalesce(sum(m.delta), 0) as detail
        from stock_items i left join stock_movements m on m.sku = i.sku and m.warehouse_id = i.warehouse_id
        group by i.sku, i.warehouse_id, i.on_hand having i.on_hand <> coalesce(sum(m.delta), 0)`,
    ),
  ),
  defineInvariant('what is reserved is what living reservations hold', ({ inventory }) =>
    inventory.rows<Found>(
      `select i.sku as subject, 'reserved ' || i.reserved || ', held ' || coalesce(h.held, 0) as detail
        from stock_items i left join (
          select l.sku, l.warehouse_id, sum(l.quantity) as held from reservation_lines l
          join reservations r on r.id = l.reservation_id where r.status = 'ACTIVE' group by 1, 2
        ) h on h.sku = i.sku and h.warehouse_id = i.warehouse_id
        where i.reserved <> coalesce(h.held, 0)`,
    ),
  ),
  defineInvariant('a reservation that lapsed is ended', ({ inventory }, { settledBefore }) =>
    inventory.rows<Found>(
      `select order_id::text as subject, 'lapsed at ' || expires_at as detail from reservations
        where status = 'ACTIVE' and expires_at < $1`,
      [settledBefore],
    ),
  ),
  defineInvariant('the reservations of dead orders are released', async (snapshots, scope) => {
    const orders = await ordersOf(snapshots, scope);
    const reservations = await snapshots.inventory.rows<Reserved>(
      `select order_id, status, updated_at from reservations
        where status in ('ACTIVE', 'COMMITTED') and created_at >= $1`,
      [scope.since],
    );
    const sold = new Map((await soldTo(snapshots, scope)).map((row) => [row.order_id, row]));
    return reservations.flatMap(({ order_id: subject, status, updated_at }) => {
      const order = orders.all.get(subject);
      const dead = order === undefined || ['CANCELLED', 'PAYMENT_FAILED'].includes(order.status);
      const settled =
        updated_at <= scope.settledBefore && (order === undefined || orders.settled.has(subject));
      const movement = sold.get(subject);
      const restocked = movement !== undefined && movement.sold === movement.restocked;
      if (!dead || !settled || (status === 'COMMITTED' && restocked)) return [];
      return [
        { subject, detail: `its reservation is ${status}, the order ${order?.status ?? 'does not exist'}` },
      ];
    });
  }),
  defineInvariant(
    'a paid order has taken its units, and a cancelled one gave them back',
    async (snapshots, scope) => {
      const { settled } = await ordersOf(snapshots, scope);
      const sold = new Map((await soldTo(snapshots, scope)).map((row) => [row.order_id, row]));
      return [...settled.values()].flatMap(({ id: subject, status, units }) => {
        const { sold: taken, restocked } = sold.get(subject) ?? { sold: 0, restocked: 0 };
        const kept = taken - restocked;
        const detail = `${status} with ${units} units: ${taken} taken, ${restocked} given back`;
        if (PAID.has(status)) return taken === units && kept >= 0 ? [] : [{ subject, detail }];
        return status === 'REFUNDED' || kept === 0 ? [] : [{ subject, detail }];
      });
    },
  ),
];

function soldTo(
  { inventory }: Parameters<Invariant['check']>[0],
  { since }: Parameters<Invariant['check']>[1],
) {
  return inventory.rows<Sold>(
    `select order_id, -coalesce(sum(delta) filter (where kind = 'SALE'), 0) as sold,
        coalesce(sum(delta) filter (where kind = 'RESTOCK'), 0) as restocked
      from stock_movements where order_id is not null and created_at >= $1 group by order_id`,
    [since],
  );
}
