import { sql } from '@vici/database';
import { useService } from '@vici/testing';
import { beforeEach } from 'vitest';
import { eventService } from '../event.service.js';
import { reportsBehaviour } from './behaviour-figures.contract.js';
import { AnalyticsWorld } from './fixtures/analytics-world.fixture.js';
import { reportsSales } from './sales-figures.contract.js';

const world = new AnalyticsWorld(useService(eventService));

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
