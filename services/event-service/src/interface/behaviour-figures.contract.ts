import { sql } from '@vici/database';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import { asCaller, eventually } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { ArchiveHousekeeper } from '../infrastructure/archive.housekeeper.js';
import { type AnalyticsWorld, kitchen, lamp, money, mug, order } from './fixtures/analytics-world.fixture.js';

/** What analytics say of behaviour, and that everything can be counted anew. */
export function reportsBehaviour(world: AnalyticsWorld): void {
  const { admin, confirm, refund, counted } = world;

  describe('analytics of behaviour', () => {
    type Act = Record<string, unknown> & { eventType: string };
    const at = Date.now();
    const scope = { from: new Date(at - 3_600_000), to: new Date(at + 3_600_000) };
    const read = () => admin(() => world.analytics.getAnalytics({ scope }));
    let step = 0;
    /** As the shop's own: that may report purchases too. */
    const report = (session: string, acts: Act[], userId?: string) =>
      asCaller({ role: 'system', shopperSessionId: session, ...(userId !== undefined && { userId }) }, () =>
        world.service.client(EventServiceDefinition).ingestJson({
          bodyJson: Buffer.from(
            JSON.stringify({
              events: acts.map((act) => {
                step += 1;
                return { id: newId(), timestamp: at - 60_000 + step, ...act };
              }),
            }),
          ),
        }),
      );
    const searches = async () => (await read()).searches;
    const caughtUp = async () => {
      await report(newId(), [{ eventType: 'search', query: 'the last' }]);
      await eventually(async () =>
        expect((await read()).topSearches.map(({ term }) => term)).toContain('the last'),
      );
    };

    it('counts how far visits come, each once, and leaves bots out', async () => {
      const [looker, buyer, keen] = [newId(), newId(), newId()];
      const view = { eventType: 'product_view', productId: mug };
      const cart = { eventType: 'add_to_cart', productId: mug };
      await report(looker, [{ eventType: 'page_view' }, view, view]);
      await report(buyer, [view, cart]);
      await report(buyer, [cart, { eventType: 'checkout_start' }, { eventType: 'checkout_complete' }]);
      await report(keen, [cart]);
      await report(newId(), [{ eventType: 'page_view' }]);
      await caughtUp();

      await eventually(async () =>
        expect((await read()).funnel).toEqual({
          sessions: 5n,
          viewed: 2n,
          addedToCart: 2n,
          startedCheckout: 1n,
          purchased: 1n,
        }),
      );
    });

    it('counts searches by their words, and those that found nothing', async () => {
      const found = (query: string, resultsCount: number) => ({ eventType: 'search', query, resultsCount });
      await report(newId(), [
        found(' Red   MUG ', 3),
        found('red mug', 0),
        found('unicorn', 0),
        found('red mug', 2),
      ]);
      await eventually(async () => expect(await searches()).toBe(4n));

      expect(await read()).toMatchObject({
        searchesWithoutResult: 2n,
        topSearches: [
          { term: 'red mug', searches: 3n, withoutResult: 1n },
          { term: 'unicorn', searches: 1n, withoutResult: 1n },
        ],
        zeroResultSearches: [
          { term: 'red mug', searches: 3n, withoutResult: 1n },
          { term: 'unicorn', searches: 1n, withoutResult: 1n },
        ],
      });
    });

    it('ranks the terms of months, days and quarters by their sums, equal ones by name, and totals those it does not list', async () => {
      const rows: [grain: number, startsAt: string, term: string, searches: number, empty: number][] = [
        [0, '2026-01-30T23:45:00Z', 'lamp', 4, 0],
        [1, '2026-01-31T00:00:00Z', 'lamp', 3, 0],
        [1, '2026-01-31T00:00:00Z', 'mug', 2, 2],
        [2, '2026-02-01T00:00:00Z', 'mug', 5, 1],
        [2, '2026-02-01T00:00:00Z', 'jug', 7, 0],
        [2, '2026-02-01T00:00:00Z', 'unicorn', 3, 3],
        [2, '2026-02-01T00:00:00Z', 'dragon', 1, 1],
        [0, '2026-03-01T00:00:00Z', 'plate', 6, 0],
        // Before and after the range, or in it at a grain that another one covers.
        [0, '2026-01-30T23:30:00Z', 'jug', 100, 100],
        [0, '2026-03-01T00:15:00Z', 'jug', 100, 100],
        [1, '2026-02-03T00:00:00Z', 'jug', 7, 0],
      ];
      const values = rows.map((row) => sql`(${sql.join(row)})`);
      await sql`
        insert into searches_by_time (grain, starts_at, term, searches, without_result)
        select grain::smallint, starts_at::timestamptz, term, searches::bigint, empty::bigint
        from (values ${sql.join(values)}) as counted (grain, starts_at, term, searches, empty)`.execute(
        world.database.query,
      );
      const scopeOf = (top: number) => ({
        from: new Date('2026-01-30T23:45:00Z'),
        to: new Date('2026-03-01T00:15:00Z'),
        top,
      });

      const ofThree = await admin(() => world.analytics.getAnalytics({ scope: scopeOf(3) }));
      const ofAll = await admin(() => world.analytics.getAnalytics({ scope: scopeOf(100) }));

      expect(ofThree).toMatchObject({ searches: 31n, searchesWithoutResult: 7n });
      expect(ofThree.topSearches).toEqual([
        { term: 'jug', searches: 7n, withoutResult: 0n },
        { term: 'lamp', searches: 7n, withoutResult: 0n },
        { term: 'mug', searches: 7n, withoutResult: 3n },
      ]);
      expect(ofThree.zeroResultSearches).toEqual([
        { term: 'mug', searches: 7n, withoutResult: 3n },
        { term: 'unicorn', searches: 3n, withoutResult: 3n },
        { term: 'dragon', searches: 1n, withoutResult: 1n },
      ]);
      expect(ofAll.topSearches.map(({ term }) => term)).toEqual([
        'jug',
        'lamp',
        'mug',
        'plate',
        'unicorn',
        'dragon',
      ]);
      expect(ofAll.zeroResultSearches).toEqual(ofThree.zeroResultSearches);
    });

    it('ranks the terms of any long range as their searches do, also before the housekeeping has measured old ones', async () => {
      const query = world.database.query;
      // Few terms with most searches, many with few, and some alike; a twentieth to a half of them found nothing.
      await sql`
        insert into searches_by_time (grain, starts_at, term, searches, without_result)
        select 0, timestamptz '2026-01-10 07:15Z' + day * interval '1 day', 'term ' || number,
          2000 / (1 + number % 150) + number * 7 % 3, 1000 / (1 + (number + 90) % 150) + day % 2
        from generate_series(0, 79) as day, generate_series(0, 199) as number`.execute(query);
      for (const [grain, unit] of [
        [1, 'day'],
        [2, 'month'],
      ] as const) {
        await sql`
          insert into searches_by_time (grain, starts_at, term, searches, without_result)
          select ${sql.lit(grain)}, date_trunc(${unit}, starts_at, 'UTC'), term, sum(searches), sum(without_result)
          from searches_by_time where grain = 0 group by 2, 3`.execute(query);
      }
      const ranges = [
        ['2026-01-10T00:00:00Z', '2026-03-31T00:00:00Z', 10],
        ['2026-01-31T07:15:00Z', '2026-03-04T07:30:00Z', 3],
        ['2026-02-03T07:30:00Z', '2026-02-27T09:00:00Z', 20],
        ['2026-01-10T00:00:00Z', '2026-03-31T00:00:00Z', 100],
      ] as const;
      const asked = async () => {
        const found: unknown[] = [];
        for (const [from, to, top] of ranges) {
          const told = await admin(() =>
            world.analytics.getAnalytics({ scope: { from: new Date(from), to: new Date(to), top } }),
          );
          found.push({
            searches: told.searches,
            empty: told.searchesWithoutResult,
            top: told.topSearches.map(({ term, searches: count }) => `${term}: ${count}`),
            zero: told.zeroResultSearches.map(({ term, withoutResult }) => `${term}: ${withoutResult}`),
          });
        }
        return found;
      };
      const searched = async () => {
        const found: unknown[] = [];
        for (const [from, to, top] of ranges) {
          const { rows } = await sql`
            with counted as (
              select term, sum(searches) as searches, sum(without_result) as empty from searches_by_time
              where grain = 0 and starts_at >= ${from}::timestamptz and starts_at < ${to}::timestamptz group by term
            )
            select sum(searches)::bigint as searches, sum(empty)::bigint as empty,
              array(select term || ': ' || searches from counted order by counted.searches desc, term limit ${top}) as top,
              array(select term || ': ' || empty from counted order by counted.empty desc, term limit ${top}) as zero
            from counted`.execute(query);
          found.push(...rows);
        }
        return found;
      };

      const expected = await searched();
      expect(await asked()).toEqual(expected);
      await sql`alter table searches_by_time disable trigger measure_searches`.execute(query);
      await sql`update searches_by_time set magnitude = -1, magnitude_without_result = -1`.execute(query);
      await sql`alter table searches_by_time enable trigger measure_searches`.execute(query);
      expect(await asked()).toEqual(expected);
      // A term that is being counted at that moment is left to the next round.
      await eventually(async () => {
        await world.service.get(ArchiveHousekeeper).tidy();
        const { rows: unmeasured } =
          await sql`select from searches_by_time where grain > 0 and magnitude < 0 limit 1`.execute(query);
        expect(unmeasured).toEqual([]);
      });
      expect(await asked()).toEqual(expected);
    });

    it('tells what recommendations led to: clicks, carts, and their share of what was bought', async () => {
      const [session, userId] = [newId(), newId()];
      const recommended = { recommendationId: 'r1', source: 'recommendation' };
      const bought = (productId: string, price: number) => ({
        eventType: 'purchase',
        productId,
        price,
        quantity: 2,
        metadata: { currency: 'USD', orderId: newId() },
      });
      await report(
        session,
        [
          {
            eventType: 'recommendation_view',
            recommendationId: 'r1',
            resultProductIds: [mug, lamp, newId(), newId()],
          },
          { eventType: 'product_click', productId: mug, ...recommended },
          { eventType: 'product_view', productId: mug, ...recommended },
          { eventType: 'add_to_cart', productId: mug },
          { eventType: 'add_to_cart', productId: lamp },
        ],
        userId,
      );
      await report(newId(), [bought(mug, 300), bought(lamp, 700)], userId);
      await caughtUp();

      expect((await read()).recommendations).toEqual({
        impressions: 4n,
        clicks: 1n,
        clickThroughRate: 0.25,
        addedToCart: 1n,
        purchases: 2n,
        revenue: money(600),
        revenueShare: 0.3,
      });
    });

    it('is the same when it is counted anew, orders included', async () => {
      const one = order({ lines: [{ productId: mug, categoryId: kitchen, units: 2, price: 1_000 }] });
      const two = order({ lines: [{ productId: lamp, units: 1, price: 1_000 }] });
      await confirm(one, new Date(at - 60_000).toISOString());
      await confirm(two, new Date(at - 60_000).toISOString());
      await refund(one, 5, new Date(at).toISOString());
      await report(newId(), [
        { eventType: 'product_view', productId: mug, source: 'recommendation' },
        { eventType: 'add_to_cart', productId: mug },
      ]);
      await counted();
      await caughtUp();
      const before = await read();
      expect(before.dashboard?.totalOrders).toBe(2n);
      const { rows: archived } = await sql<{
        count: bigint;
      }>`select count(*) from behaviour_events where not bot`.execute(world.database.query);
      // Spoiled, so that it shows that it is counted and not kept.
      await sql`update sales_by_time set revenue = revenue + 1`.execute(world.database.query);
      await sql`update order_facts set refunded = 0`.execute(world.database.query);

      await expect(admin(() => world.analytics.rebuildFigures({}))).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      const rebuilt = await asCaller({ role: 'system' }, () => world.analytics.rebuildFigures({}));

      expect(rebuilt.events).toBe(archived[0]?.count);
      const after = await read();
      expect(after.dashboard?.totalRevenue).toEqual(before.dashboard?.totalRevenue);
      expect(after.dashboard?.topProducts).toEqual(before.dashboard?.topProducts);
      expect(after.dashboard?.salesByCategory).toEqual(before.dashboard?.salesByCategory);
      // The archive holds what the other tests here reported, too.
      expect(after.funnel?.sessions).toBeGreaterThanOrEqual(before.funnel?.sessions ?? 0n);
      expect(after.recommendations?.clicks).toBeGreaterThanOrEqual(1n);
    });
  });
}
