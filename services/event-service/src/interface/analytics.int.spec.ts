import { sql } from '@vici/database';
import { useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, expect, it } from 'vitest';
import { Names } from '../application/analytics/figures.port.js';
import { eventService } from '../event.service.js';
import { reportsBehaviour } from './behaviour-figures.contract.js';
import { AnalyticsWorld } from './fixtures/analytics-world.fixture.js';
import { reportsSales } from './sales-figures.contract.js';

const service = useService(eventService);
const world = new AnalyticsWorld(service);

const TABLES = [
  'order_facts',
  'customer_facts',
  'product_names',
  'category_names',
  'sales_by_time',
  'sales_by_product',
  'sales_by_category',
  'buyers_by_time',
  'visits',
  'visits_by_time',
  'searches_by_time',
  'searches_in_total',
  'recommendation_clicks',
  'recommendations_by_time',
];
beforeEach(async () => {
  await sql`truncate ${sql.join(TABLES.map((table) => sql.table(table)))}`.execute(world.database.query);
});

reportsSales(world);
reportsBehaviour(world);

it('keeps the name told last, and who tells one that is kept waits for nobody', async () => {
  const names = service.get<Names>(Names);
  const [kept, renamed] = [newId(), newId()];
  const { database } = world;
  await names.ofCategories(
    new Map([
      [kept, 'Mugs'],
      [renamed, 'Lamps'],
    ]),
  );

  await database.transaction(async () => {
    await names.ofCategories(new Map([[renamed, 'Lighting']]));
    await sql`select from category_names for update`.execute(database.query);
    await database.outsideTransaction(() => names.ofCategories(new Map([[kept, 'Mugs']])));
  });

  const { rows } = await sql`select name from category_names order by name`.execute(database.query);
  expect(rows).toEqual([{ name: 'Lighting' }, { name: 'Mugs' }]);
});
