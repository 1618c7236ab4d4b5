import { sql } from '@vici/database';
import { createEvent } from '@vici/events';
import { Interval } from '@vici/proto-gen/event';
import { asCaller, eventually } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import {
  type AnalyticsWorld,
  kitchen,
  lamp,
  money,
  mug,
  order,
  usd,
} from './fixtures/analytics-world.fixture.js';

/** Of a range of time; each point as its date, orders and revenue. */
interface Told {
  readonly buyers: bigint;
  readonly orders: bigint;
  readonly revenue: bigint;
  readonly units: bigint;
  readonly points: readonly string[];
}

/** What the dashboard says of orders. */
export function reportsSales(world: AnalyticsWorld): void {
  const { march, dashboard, confirm, refund, cancel, counted } = world;

  describe('the dashboard', () => {
    it('adds up orders, products and categories of its time, exactly', async () => {
      const ada = newId();
      const lines = (units: number) => [
        { productId: mug, categoryId: kitchen, units, price: 1_250 },
        { productId: lamp, units: 1, price: 999 },
      ];
      await confirm(order({ userId: ada, lines: lines(2) }), '2026-03-01T10:07:00.000Z');
      await confirm(order({ userId: ada, lines: lines(1) }), '2026-03-02T23:59:59.999Z');
      await confirm(order({ lines: lines(1) }), '2026-04-01T00:00:00.000Z');
      await world.service.publish(
        createEvent('user.registered', {
          subject: ada,
          data: {
            userId: ada,
            email: 'ada@example.com',
            firstName: 'Ada',
            lastName: 'Lovelace',
            role: 'customer',
            registeredAt: '2026-03-01T00:00:00.000Z',
          },
        }),
      );
      await counted();

      await eventually(async () => expect(await dashboard()).toMatchObject({ newCustomers: 1n }));
      expect(await dashboard({ interval: Interval.WEEK })).toEqual({
        totalRevenue: money(2 * 1_250 + 999 + 500 + 1_250 + 999 + 500),
        totalOrders: 2n,
        totalCustomers: 1n,
        newCustomers: 1n,
        averageOrderValue: money(3_374),
        refunded: money(0),
        topProducts: [
          { productId: mug, name: 'Mug', sales: 3n, revenue: money(3_750) },
          { productId: lamp, name: 'Lamp', sales: 2n, revenue: money(1_998) },
        ],
        salesByCategory: [
          { category: 'Kitchen', categoryId: kitchen, units: 3n, sales: money(3_750) },
          { category: 'Uncategorised', categoryId: undefined, units: 2n, sales: money(1_998) },
        ],
        revenueOverTime: [
          { date: '2026-02-23', revenue: money(3_999), orders: 1n },
          { date: '2026-03-02', revenue: money(2_749), orders: 1n },
          ...['2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30'].map((date) => ({
            date,
            revenue: money(0),
            orders: 0n,
          })),
        ],
        from: march.from,
        to: march.to,
      });
    });

    it('takes refunds off the time of the order, and cancelled orders out altogether', async () => {
      const at = '2026-03-05T12:00:00.000Z';
      const [stands, cancelled, whole] = [1, 2, 3].map((units) =>
        order({ lines: [{ productId: mug, units, price: 1_000 }] }),
      );
      if (stands === undefined || cancelled === undefined || whole === undefined)
        throw new Error('three orders');
      for (const one of [stands, cancelled, whole]) await confirm(one, at);
      const later = '2026-04-20T00:00:00.000Z';
      await refund(stands, 300, later);
      await refund(stands, 200, later);
      await refund(cancelled, 100, later);
      await cancel(cancelled, later);
      await refund(whole, 3_500, later);
      await counted();

      expect(await dashboard()).toMatchObject({
        totalRevenue: money(1_000),
        refunded: money(4_000),
        totalOrders: 2n,
        totalCustomers: 2n,
        topProducts: [{ sales: 4n, revenue: money(4_000) }],
      });
    });

    it('counts an event told twice once, and nothing of an order that was never confirmed', async () => {
      const one = order({ lines: [{ productId: mug, units: 1, price: 1_000 }] });
      const confirmed = createEvent('order.confirmed', {
        subject: one.orderId,
        data: { order: one, occurredAt: '2026-03-05T12:00:00.000Z' },
      });
      const refunded = createEvent('order.refunded', {
        subject: one.orderId,
        data: { order: one, occurredAt: '2026-03-06T12:00:00.000Z', refunded: usd(100), reason: 'late' },
      });
      for (const event of [confirmed, confirmed, refunded, refunded]) await world.service.publish(event);
      const unpaid = order({ lines: [{ productId: lamp, units: 1, price: 1_000 }] });
      await cancel(unpaid, '2026-03-05T12:00:00.000Z');
      await counted();

      expect(await dashboard()).toMatchObject({
        totalOrders: 1n,
        totalRevenue: money(1_400),
        refunded: money(100),
      });
    });

    it('cuts days in the time zone asked for, also one with a half hour, and leaves other currencies out', async () => {
      const lines = [{ productId: mug, units: 1, price: 500 }];
      await confirm(order({ lines }), '2026-03-01T18:29:59.000Z');
      await confirm(order({ lines }), '2026-03-01T18:30:00.000Z');
      await confirm(
        order({ lines }, { total: { amountMinor: 7, currency: 'EUR' } }),
        '2026-03-01T18:30:00.000Z',
      );
      await counted();
      const days = async (timeZone: string, interval = Interval.DAY) => {
        const { revenueOverTime } = await dashboard({
          timeZone,
          interval,
          to: new Date('2026-03-03T00:00:00.000Z'),
        });
        return revenueOverTime
          .filter(({ orders }) => orders > 0n)
          .map(({ date, orders }) => `${date} ${orders}`);
      };

      expect(await days('UTC')).toEqual(['2026-03-01 2']);
      expect(await days('Asia/Kolkata')).toEqual(['2026-03-01 1', '2026-03-02 1']);
      expect(await days('Asia/Kolkata', Interval.HOUR)).toEqual(['2026-03-01T23:00 1', '2026-03-02T00:00 1']);
      expect(await days('America/New_York', Interval.MONTH)).toEqual(['2026-03-01 2']);
      expect(await dashboard({ currency: 'EUR' })).toMatchObject({
        totalRevenue: { minor: 7n, currency: 'EUR' },
        totalOrders: 1n,
      });
    });

    it('begins a day at the first of two midnights, and tells an hour that comes twice once', async () => {
      // Havana set its clocks back from one to midnight at 05:00 UTC.
      const lines = [{ productId: mug, units: 1, price: 500 }];
      for (const time of ['03:59:59', '04:00:00', '04:59:59', '05:00:00', '06:00:00'])
        await confirm(order({ lines }), `2020-11-01T${time}.000Z`);
      await counted();
      const points = async (interval: Interval) => {
        const { revenueOverTime } = await dashboard({
          from: new Date('2020-10-31T00:00:00.000Z'),
          to: new Date('2020-11-03T00:00:00.000Z'),
          timeZone: 'America/Havana',
          interval,
        });
        return revenueOverTime
          .filter(({ orders }) => orders > 0n)
          .map(({ date, orders }) => `${date} ${orders}`);
      };

      expect(await points(Interval.DAY)).toEqual(['2020-10-31 1', '2020-11-01 4']);
      expect(await points(Interval.HOUR)).toEqual([
        '2020-10-31T23:00 1',
        '2020-11-01T00:00 3',
        '2020-11-01T01:00 1',
      ]);
    });

    it('is for whoever may read it, and names every fault of the request', async () => {
      await expect(
        asCaller({ role: 'support', userId: newId() }, () => world.analytics.getDashboard({})),
      ).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const wrong = { from: march.to, to: march.from, timeZone: '+07:00', top: 101, currency: 'dollars' };
      await expect(dashboard(wrong)).rejects.toMatchObject({
        details: {
          fields: ['to', 'timeZone', 'currency', 'top'].map((field) => expect.objectContaining({ field })),
        },
      });
      await expect(
        dashboard({ from: new Date('2020-01-01T00:00:00Z'), interval: Interval.HOUR }),
      ).rejects.toMatchObject({
        details: { fields: [{ field: 'interval', message: 'makes more than 2000 points of this range' }] },
      });
      expect(await world.admin(() => world.analytics.getDashboard({}))).toMatchObject({
        totalOrders: 0n,
        averageOrderValue: money(0),
      });
    });

    it('tells of any range in any time zone what its orders tell, also when it is counted anew', async () => {
      const start = Date.parse('2026-01-20T00:00:00.000Z');
      const [quarter, day] = [900_000, 86_400_000];
      const buyers = Array.from({ length: 7 }, () => newId());
      // Spread without chance over seventy days, so that a failure comes again.
      const at = (index: number) => start + ((index * 7_919) % 6_720) * quarter + 1_000;
      const orders = Array.from({ length: 60 }, (_, index) =>
        order({
          userId: buyers[index % 7] ?? '',
          lines: [{ productId: mug, units: 1, price: 100 }],
        }),
      );
      for (const [index, one] of orders.entries()) await confirm(one, new Date(at(index)).toISOString());
      for (const one of orders.slice(0, 20)) await cancel(one, '2026-04-02T00:00:00.000Z');
      await counted();
      const ranges = Array.from({ length: 24 }, (_, index) => {
        const from = start + ((index * 1_237) % 5_000) * quarter;
        const whole = index % 3 === 0;
        const length = whole ? (index + 1) * 2 * day : (1 + ((index * 613) % 4_000)) * quarter;
        const begin = whole ? from - (from % day) : from;
        return { from: new Date(begin), to: new Date(begin + length) };
      });
      const zones = ['UTC', 'Asia/Kolkata', 'America/Havana', 'Pacific/Apia'];
      const intervals = [
        [Interval.DAY, 'day'],
        [Interval.WEEK, 'week'],
        [Interval.MONTH, 'month'],
      ] as const;
      const cut = (index: number) => {
        const [interval, unit] = intervals[index % intervals.length] ?? intervals[0];
        return { timeZone: zones[index % zones.length] ?? 'UTC', interval, unit };
      };
      const asTold = async () => {
        const found: Told[] = [];
        for (const [index, range] of ranges.entries()) {
          const { unit: _, ...of } = cut(index);
          const told = await dashboard({ ...range, ...of, top: 1 });
          found.push({
            buyers: told.totalCustomers,
            orders: told.totalOrders,
            revenue: told.totalRevenue?.minor ?? -1n,
            units: told.topProducts[0]?.sales ?? 0n,
            points: told.revenueOverTime
              .filter(({ orders }) => orders > 0n)
              .map(({ date, orders, revenue }) => `${date} ${orders} ${revenue?.minor}`),
          });
        }
        return found;
      };
      const asOrdered = async () => {
        const found: Told[] = [];
        for (const [index, { from, to }] of ranges.entries()) {
          const { timeZone, unit } = cut(index);
          const { rows } = await sql<Told>`
            with sold as (
              select user_id, total - refunded as revenue, (lines -> 0 ->> 'units')::bigint as units,
                to_char(date_trunc(${unit}, confirmed_at at time zone ${timeZone}), 'YYYY-MM-DD') as date
              from order_facts where not cancelled and currency = 'USD'
                and confirmed_at >= ${from} and confirmed_at < ${to}
            )
            select count(distinct user_id) as buyers, count(*) as orders, coalesce(sum(revenue), 0)::bigint as revenue,
              coalesce(sum(units), 0)::bigint as units,
              array(select date || ' ' || count(*) || ' ' || sum(revenue) from sold group by date order by date) as points
            from sold`.execute(world.database.query);
          found.push(...rows);
        }
        return found;
      };

      const before = await asOrdered();
      expect(new Set(before.map((told) => told.buyers)).size).toBeGreaterThan(3);
      expect(await asTold()).toEqual(before);
      // Counted anew the orders of the other tests are there too, from the bus.
      await asCaller({ role: 'system' }, () => world.analytics.rebuildFigures({}));
      expect(await asTold()).toEqual(await asOrdered());
    });
  });
}
