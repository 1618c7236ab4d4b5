import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createTestDatabase } from '@vici/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from './database.js';
import { migrate } from './migrations.js';

let root = '';
let database: Database<unknown>;
let drop: () => Promise<void>;

async function folderOf(owner: string, files: Record<string, string>): Promise<URL> {
  const path = join(root, owner, 'migrations');
  await mkdir(path, { recursive: true });
  for (const [name, sql] of Object.entries(files)) await writeFile(join(path, name), sql);
  return pathToFileURL(`${path}/`);
}

async function rowsOf(sql: string): Promise<unknown[]> {
  return (await database.pool.query(sql)).rows;
}

/** Runs `migrate` on the sources in a Node process of its own; they import each other as .js, as after the build. */
async function migrateInProcess(folder: URL, url: string): Promise<string> {
  const source = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (name, context, next) =>
        next(context.parentURL?.endsWith('.ts') && name.startsWith('.') ? name.replace(/[.]js$/, '.ts') : name, context),
    });
    const { Database } = await import(${source('./database.ts')});
    const { migrate } = await import(${source('./migrations.ts')});
    const database = new Database({ url: process.env.URL_OF_TEST, applicationName: 'starter' });
    process.stdout.write(JSON.stringify(await migrate(database, [new URL(${JSON.stringify(folder.href)})])));
    await database.close();`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=vici-source', '--experimental-transform-types', '--input-type=module', '--eval', program],
    { env: { ...process.env, URL_OF_TEST: url }, cwd: import.meta.dirname },
  );
  return stdout;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vici-migrations-'));
  const created = await createTestDatabase();
  drop = created.drop;
  database = new Database({ url: created.url, applicationName: 'migrations' });
});

afterEach(async () => {
  await database.close();
  await drop();
  await rm(root, { recursive: true, force: true });
});

describe('migrate', () => {
  it('applies the files in order, once, and only what is new the next time', async () => {
    const files = {
      '0002_fill.sql': 'insert into item values (1);',
      '0001_item.sql': 'create table item (id int);',
    };
    const folder = await folderOf('order-service', { ...files, 'notes.txt': 'not SQL' });
    expect(await migrate(database, [folder])).toEqual([
      'order-service/0001_item.sql',
      'order-service/0002_fill.sql',
    ]);
    expect(await migrate(database, [folder])).toEqual([]);
    await folderOf('order-service', {
      '0003_more.sql': 'insert into item values (2); insert into item values (3);',
    });
    expect(await migrate(database, [folder])).toEqual(['order-service/0003_more.sql']);
    expect(await rowsOf('select id from item order by id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it('lets two packages have files of the same name', async () => {
    const events = await folderOf('events', { '0001_init.sql': 'create table outbox ();' });
    const service = await folderOf('cart-service', { '0001_init.sql': 'create table cart ();' });
    expect(await migrate(database, [events, service])).toEqual([
      'events/0001_init.sql',
      'cart-service/0001_init.sql',
    ]);
    expect(await rowsOf('select name from schema_migrations order by name')).toEqual([
      { name: 'cart-service/0001_init.sql' },
      { name: 'events/0001_init.sql' },
    ]);
  });

  it('refuses a file that was changed after it was applied, by name, and applies nothing', async () => {
    const folder = await folderOf('order-service', { '0001_item.sql': 'create table item (id int);' });
    await migrate(database, [folder]);
    await folderOf('order-service', {
      '0001_item.sql': 'create table item (id bigint);',
      '0002_other.sql': 'create table other ();',
    });
    await expect(migrate(database, [folder])).rejects.toThrow(
      'Migration order-service/0001_item.sql was changed after it was applied',
    );
    expect(await rowsOf("select to_regclass('other') as other")).toEqual([{ other: null }]);
  });

  it('does not take other line ends for a change', async () => {
    const folder = await folderOf('order-service', { '0001_item.sql': 'create table item (\n id int);\n' });
    await migrate(database, [folder]);
    await folderOf('order-service', { '0001_item.sql': 'create table item (\r\n id int);\r\n' });
    expect(await migrate(database, [folder])).toEqual([]);
  });

  it('rolls a failing file back whole, names it, and keeps the ones before', async () => {
    const folder = await folderOf('order-service', {
      '0001_item.sql': 'create table item (id int);',
      '0002_bad.sql': 'create table other (); select no_such_function();',
    });
    await expect(migrate(database, [folder])).rejects.toThrow(
      /^Migration order-service\/0002_bad\.sql failed: function/,
    );
    expect(await rowsOf("select to_regclass('item')::text as item, to_regclass('other') as other")).toEqual([
      { item: 'item', other: null },
    ]);
    expect(await rowsOf('select name from schema_migrations')).toEqual([
      { name: 'order-service/0001_item.sql' },
    ]);
  });

  it('leaves recorded files alone that this release does not have', async () => {
    const folder = await folderOf('order-service', { '0001_item.sql': 'create table item (id int);' });
    await migrate(database, [folder]);
    expect(await migrate(database, [await folderOf('older-release', {})])).toEqual([]);
  });

  it('applies each file once when three processes start together', async () => {
    const folder = await folderOf('order-service', {
      '0001_item.sql': 'create table item (id int); select pg_sleep(0.2);',
      '0002_fill.sql': 'insert into item values (1);',
    });
    const start = () => migrateInProcess(folder, database.pool.options.connectionString ?? '');
    const outputs = await Promise.all([start(), start(), start()]);
    const both = '["order-service/0001_item.sql","order-service/0002_fill.sql"]';
    expect(outputs.toSorted()).toEqual([both, '[]', '[]']);
    expect(await rowsOf('select id from item')).toEqual([{ id: 1 }]);
  });
});
