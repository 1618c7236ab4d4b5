import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { generatedCategories, generatedProducts } from './generated-catalogue.ts';

/** Products whose search documents are made at once. */
const BATCH = 5000;

/** COPY in text format escapes these; JSON holds no tab and no raw line end. */
const line = (row: object): string => `${JSON.stringify(row).replaceAll('\\', '\\\\')}\n`;

/**
 * Fills an empty product_db with so many generated products, as one COPY and a handful of statements: what an import
 * would leave behind, without its hours.
 */
export async function loadCatalogue(databaseUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    const indexes = await withoutIndexes(client);
    await client.query('create temp table incoming (doc jsonb) on commit drop');
    await copy(client, generatedProducts(count));
    await client.query(CATEGORIES, [JSON.stringify(generatedCategories())]);
    for (const statement of [PRODUCTS, VARIANTS, STOCK]) await client.query(statement);
    await client.query('analyze products, variants');
    for (let batch = 0; batch * BATCH < count; batch += 1) await client.query(INDEX, [batch * BATCH, BATCH]);
    await client.query('commit');
    // The rows as they would lie after a quiet night, then the indexes over them.
    await client.query('vacuum full products');
    await client.query('vacuum full product_listings');
    for (const index of indexes) await client.query(index);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** Takes the indexes off the products that hold nothing together, and gives the statements that bring them back. */
async function withoutIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid in ('products'::regclass, 'product_listings'::regclass) and not indisunique`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

async function copy(client: pg.Client, rows: Iterable<object>): Promise<void> {
  const sink = client.query(copyFrom('copy incoming (doc) from stdin'));
  await pipeline(Readable.from(lines(rows)), sink);
}

function* lines(rows: Iterable<object>): Generator<string> {
  let chunk = '';
  for (const row of rows) {
    chunk += line(row);
    if (chunk.length > 65_536) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

const CATEGORIES = `
  insert into categories (id, slug, name, parent_id, path, sort_order)
  select id, slug, name, parent_id, path, sort_order
  from jsonb_to_recordset($1::jsonb) as input (
    id uuid, slug text, name text, parent_id uuid, path uuid[], sort_order int
  )`;

const PRODUCTS = `
  insert into products (
    id, sku, slug, name, description, price_minor, original_price_minor, currency, category_id, images, specifications,
    tags, brand, rating, review_count, rating_sum, is_new, is_featured, status, stock, popularity, created_at
  )
  select p.id, sku, slug, name, description, price_minor, original_price_minor, 'USD', category_id, images,
    specifications, tags, brand, rating, review_count, rating * review_count, is_new, is_featured, status, stock,
    popularity, created_at
  from incoming, jsonb_to_record(doc) as p (
    id uuid, sku text, slug text, name text, description text, price_minor bigint, original_price_minor bigint,
    category_id uuid, images text[], specifications jsonb, tags text[], brand text, rating numeric, review_count int,
    is_new boolean, is_featured boolean, status text, stock int, popularity bigint, created_at timestamptz
  )`;

const VARIANTS = `
  insert into variants (id, product_id, sku, name, price_minor, attributes, position)
  select (v ->> 'id')::uuid, (doc ->> 'id')::uuid, v ->> 'sku', v ->> 'name', (doc ->> 'price_minor')::bigint,
    v -> 'attributes', position
  from incoming, jsonb_array_elements(doc -> 'variants') with ordinality as variant (v, position)`;

const STOCK = `
  insert into stock_levels (sku, available, version)
  select v ->> 'sku', (v ->> 'stock')::int, 1
  from incoming, jsonb_array_elements(doc -> 'variants') as v
  union all
  select doc ->> 'sku', (doc ->> 'stock')::int, 1 from incoming where doc -> 'variants' = '[]'`;

const INDEX = 'select refresh_search(array(select id from products order by sku offset $1 limit $2))';
