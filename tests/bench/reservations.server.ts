// inventory-service on PostgreSQL and Redis of its own, with so many SKUs of a million units each.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@vici/backing-services';
import { inventoryService } from '@vici/inventory-service';
import { startService } from '@vici/utils';
import pg from 'pg';
import { startDatabase } from './bench-database.ts';
import { answerWith, report, untilReleased } from './served.ts';
import { countStatements, workSoFar } from './work-counter.ts';

const skus = Number(process.argv[2]);
const folder = await mkdtemp(join(tmpdir(), 'vici-reservations-'));
const place = (name: string) => ({ dataDir: join(folder, name), ephemeral: true });

/** As if every SKU had been delivered once, the first as a rarity. */
const FILL = `
  with delivered as materialized (
    select 'bench-' || n as sku, gen_random_uuid() as product_id, case n when 0 then 500 else 1000000 end as units
    from generate_series(0, $1::int - 1) n
  ), stocked as (
    insert into stock_items (sku, warehouse_id, product_id, on_hand, version)
    select sku, w.id, product_id, units, 1 from delivered, warehouses w where w.code = 'MAIN'
  ), moved as (
    insert into stock_movements (sku, warehouse_id, delta, kind, reason)
    select sku, w.id, units, 'SET', 'bench' from delivered, warehouses w where w.code = 'MAIN'
  )
  insert into product_stock (product_id, available) select product_id, units from delivered`;

report({ progress: 'starting PostgreSQL and Redis' });
const postgres = await startDatabase(place('postgres'), 'inventory_db');
const redis = await startRedis(place('redis'));
const { url } = postgres;

countStatements();
const service = await startService(inventoryService, {
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
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query(FILL, [skus]);
await client.query('vacuum analyze');
await client.end();
answerWith(() => workSoFar(redis.endpoint.url));
report({ address: `127.0.0.1:${service.grpcPort}` });
