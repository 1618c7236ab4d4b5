import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { createTestDatabase } from '@vici/testing';
import { HealthRegistry, Logger, Metrics } from '@vici/utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from './database.js';
import { DatabaseModule } from './database.module.js';
import { UnitOfWork } from './unit-of-work.js';

const health = new HealthRegistry();
const shared = [
  { provide: Logger, useValue: new Logger({ service: 'test', level: 'silent' }) },
  { provide: Metrics, useValue: new Metrics('test') },
  { provide: HealthRegistry, useValue: health },
];

@Module({})
class SharedModule {}

let root = '';
let url = '';
let drop: () => Promise<void>;

async function start(sql: string): Promise<TestingModule> {
  const folder = join(root, 'order-service', 'migrations');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '0001_item.sql'), sql);
  const migrations = pathToFileURL(`${folder}/`);
  const runtime = { module: SharedModule, global: true, providers: shared, exports: shared };
  const imports = [runtime, DatabaseModule.forRoot({ url, service: 'order', poolMax: 2, migrations })];
  const module = await Test.createTestingModule({ imports }).compile();
  return await module.init();
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vici-module-'));
  ({ url, drop } = await createTestDatabase());
});

afterEach(async () => {
  await drop();
  await rm(root, { recursive: true, force: true });
});

describe('DatabaseModule', () => {
  it('gives the application a migrated database that is also its unit of work, and closes it at shutdown', async () => {
    const module = await start('create table item (id int);');
    const database = module.get<Database<{ item: { id: number } }>>(Database);
    expect(module.get(UnitOfWork)).toBe(database);
    expect(await database.query.selectFrom('item').select('id').execute()).toEqual([]);
    expect((await health.readiness()).checks['postgres']).toEqual({ status: 'up' });
    await module.close();
    await expect(database.ping()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect((await health.readiness()).ready).toBe(false);
  });

  it('does not start on a failing migration', async () => {
    await expect(start('create tabel item (id int);')).rejects.toThrow(
      'Migration order-service/0001_item.sql failed',
    );
  });
});
