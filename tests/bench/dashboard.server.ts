// event-service on PostgreSQL and Redis of its own, with so many orders of two years in its read model.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@vici/backing-services';
import { eventService } from '@vici/event-service';
import { AnalyticsServiceDefinition } from '@vici/proto-gen/event';
import { GrpcClientFactory, Logger, Metrics, runInContext, startService, systemContext } from '@vici/utils';
import pg from 'pg';
import { startDatabase } from './bench-database.ts';
import { report, untilReleased } from './served.ts';

const orders = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'vici-dashboard-'));
const place = (name: string) => ({ dataDir: join(folder, name), ephemeral: true });

/** Fifty thousand customers, a thousand products in forty categories, two lines an order, some refunded, few cancelled. */
const FILL = `
  insert into order_facts (order_id, user_id, currency, confirmed_at, cancelled, total, refunded, lines)
  select gen_random_uuid(), md5('user' || (random() * 50000)::int)::uuid, 'USD',
    now() - random() * interval '730 days', random() < 0.02, 5000 + product * 10, case when random() < 0.03 then 500 else 0 end,
    jsonb_build_array(
      jsonb_build_object('productId', md5('product' || product)::uuid, 'categoryId', md5('category' || product % 40)::uuid,
        'units', 1 + product % 3, 'revenue', 2000 + product),
      jsonb_build_object('productId', md5('product' || (product + 7) % 1000)::uuid,
        'categoryId', md5('category' || (product + 7) % 40)::uuid, 'units', 1, 'revenue', 1500 + product))
  from (select (random() * 999)::int as product from generate_series(1, $1)) drawn`;

/** A year of quarters of an hour, and the days and months they make. */
const QUARTERS = `generate_series(date_bin('15 minutes', now() - interval '365 days', timestamptz '2000-01-01 00:00Z'),
  now(), interval '15 minutes') quarter`;
const SPANS = [
  { grain: 1, of: 0, unit: 'day' },
  { grain: 2, of: 1, unit: 'month' },
];
/** Forty searches a quarter for twenty thousand terms, few of them often; a hundred visits; a thousand products recommended. */
const BEHAVIOUR = [
  `insert into searches_by_time (grain, starts_at, term, searches, without_result)
    select 0, quarter, term, count(*), count(*) filter (where number % 20 = 0)
    from (select quarter, number, 'term ' || (20000 * random() ^ 4)::int as term
      from ${QUARTERS} cross join generate_series(1, 40) number) drawn group by quarter, term`,
  `insert into visits_by_time (grain, starts_at, sessions, viewed, carted, checkout, purchased)
    select 0, quarter, 100, 80, 30, 15, 10 from ${QUARTERS}`,
  `insert into recommendations_by_time
      (grain, starts_at, currency, impressions, clicks, added_to_cart, purchases, revenue, all_revenue)
    select 0, quarter, currency, 1000, 60, 20, 8, 20000, 90000 from ${QUARTERS} cross join (values (''), ('USD')) of (currency)`,
  ...SPANS.flatMap(({ grain, of, unit }) => [
    `insert into searches_by_time (grain, starts_at, term, searches, without_result)
      select ${grain}, date_trunc('${unit}', starts_at, 'UTC'), term, sum(searches), sum(without_result)
      from searches_by_time where grain = ${of} group by 2, 3`,
    `insert into visits_by_time (grain, starts_at, sessions, viewed, carted, checkout, purchased)
      select ${grain}, date_trunc('${unit}', starts_at, 'UTC'), sum(sessions), sum(viewed), sum(carted), sum(checkout),
        sum(purchased) from visits_by_time where grain = ${of} group by 2`,
    `insert into recommendations_by_time
        (grain, starts_at, currency, impressions, clicks, added_to_cart, purchases, revenue, all_revenue)
      select ${grain}, date_trunc('${unit}', starts_at, 'UTC'), currency, sum(impressions), sum(clicks), sum(added_to_cart),
        sum(purchases), sum(revenue), sum(all_revenue) from recommendations_by_time where grain = ${of} group by 2, 3`,
  ]),
];

report({ progress: 'starting PostgreSQL and Redis' });
const postgres = await startDatabase(place('postgres'), 'event_db');
const redis = await startRedis(place('redis'));
const { url } = postgres;

const service = await startService(eventService, {
  env: {
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_HOST: '127.0.0.1',
    GRPC_PORT: '0',
    DATABASE_URL: url,
    REDIS_URL: redis.endpoint.url,
  },
});
untilReleased(async () => {
  await service.stop();
  await Promise.all([postgres.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
});
const address = `127.0.0.1:${service.grpcPort}`;

report({ progress: `filling the read model with ${orders} orders` });
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query(FILL, [orders]);
await client.query(
  `insert into product_names select md5('product' || n)::uuid, 'Product ' || n from generate_series(0, 999) n`,
);
report({ progress: 'counting them' });
const factory = new GrpcClientFactory({
  logger: new Logger({ service: 'bench', level: 'error' }),
  metrics: new Metrics('bench'),
});
await runInContext(systemContext('bench'), () =>
  factory.client(AnalyticsServiceDefinition, address).rebuildFigures({}, { timeoutMs: 600_000 }),
);
await factory.close();
report({ progress: 'filling in a year of visits, searches and recommendations' });
for (const statement of BEHAVIOUR) await client.query(statement);
await client.query('vacuum analyze');
await client.end();
report({ address });
