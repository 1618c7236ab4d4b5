import { defineInvariant, type Found, type Invariant } from './invariant.ts';
import { ordersOf, PAID } from './orders.ts';

interface Sold {
  readonly order_id: string;
  readonly sold: number;
  readonly restocked: number;
  /** Sold and not on any shelf yet. */
  readonly owed: number;
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
      `select sku as subject,
          'on hand ' || on_hand || ', reserved ' || reserved || ', backordered ' || backordered as detail from stock_items
        where backordered < 0 or reserved < backordered or on_hand < 0 or reserved - backordered > on_hand`,
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
          select l.sku, l.warehouse_id, sum(case r.status when 'ACTIVE' then l.quantity else l.backordered end) as held
          from reservation_lines l join reservations r on r.id = l.reservation_id
          where r.status = 'ACTIVE' or (r.status = 'COMMITTED' and l.backordered > 0) group by 1, 2
        ) h on h.sku = i.sku and h.warehouse_id = i.warehouse_id
        where i.reserved <> coalesce(h.held, 0)`,
    ),
  ),
  defineInvariant('nobody waits for units that are on a shelf', ({ inventory }) =>
    inventory.rows<Found>(
      `select i.sku as subject, 'backordered ' || i.backordered || ', lines wait for ' || coalesce(w.waiting, 0)
          || ', free ' || i.on_hand - i.reserved + i.backordered as detail
        from stock_items i left join (
          select l.sku, l.warehouse_id, sum(l.backordered) as waiting from reservation_lines l
          join reservations r on r.id = l.reservation_id where r.status in ('ACTIVE', 'COMMITTED') group by 1, 2
        ) w on w.sku = i.sku and w.warehouse_id = i.warehouse_id
        where i.backordered <> coalesce(w.waiting, 0)
          or (i.backordered > 0 and i.on_hand > i.reserved - i.backordered)`,
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
      const restocked = movement !== undefined && movement.sold === movement.restocked && movement.owed === 0;
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
        const { sold: taken, restocked, owed } = sold.get(subject) ?? { sold: 0, restocked: 0, owed: 0 };
        const kept = taken - restocked;
        const detail = `${status} with ${units} units: ${taken} taken, ${owed} owed, ${restocked} given back`;
        if (PAID.has(status)) return taken + owed === units && kept >= 0 ? [] : [{ subject, detail }];
        return status === 'REFUNDED' || kept + owed === 0 ? [] : [{ subject, detail }];
      });
    },
  ),
];

function soldTo(
  { inventory }: Parameters<Invariant['check']>[0],
  { since }: Parameters<Invariant['check']>[1],
) {
  return inventory.rows<Sold>(
    `select order_id, coalesce(m.sold, 0) as sold, coalesce(m.restocked, 0) as restocked, coalesce(o.owed, 0) as owed
      from (
        select order_id, -coalesce(sum(delta) filter (where kind = 'SALE'), 0) as sold,
          coalesce(sum(delta) filter (where kind = 'RESTOCK'), 0) as restocked
        from stock_movements where order_id is not null and created_at >= $1 group by order_id
      ) m full join (
        select r.order_id, sum(l.backordered) as owed
        from reservations r join reservation_lines l on l.reservation_id = r.id
        where r.status = 'COMMITTED' and l.backordered > 0 and r.created_at >= $1 group by r.order_id
      ) o using (order_id)`,
    [since],
  );
}
