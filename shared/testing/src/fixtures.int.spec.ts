import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { createTestDatabase, useTestDatabase } from './test-database.js';
import { useMailInbox } from './test-mail-inbox.js';
import { testRedisUrl, useTestRedis } from './test-redis.js';
import { useTestS3 } from './test-s3.js';

let root = '';

async function migrationFolder(sql: string): Promise<URL> {
  const path = join(root, 'some-service', 'migrations');
  await mkdir(path, { recursive: true });
  await writeFile(join(path, '0001_item.sql'), sql);
  return pathToFileURL(`${path}/`);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vici-fixtures-'));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('createTestDatabase', () => {
  it('gives databases with the same migrations and nothing else in common', async () => {
    const folder = await migrationFolder(`create table item (id int); -- ${Date.now()}`);
    const [first, second] = await Promise.all([createTestDatabase([folder]), createTestDatabase([folder])]);
    await query(first.url, 'insert into item values (1)');
    expect(await query(first.url, 'select id from item')).toEqual([{ id: 1 }]);
    expect(await query(second.url, 'select id from item')).toEqual([]);
    expect(await query(second.url, 'select name from schema_migrations')).toEqual([
      { name: 'some-service/0001_item.sql' },
    ]);
    await Promise.all([first.drop(), second.drop()]);
  });

  it('drops a database somebody is still connected to', async () => {
    const created = await createTestDatabase();
    const client = new pg.Client({ connectionString: created.url });
    const lost = Promise.withResolvers<Error>();
    client.on('error', lost.resolve);
    await client.connect();
    await created.drop();
    expect((await lost.promise).message).toMatch(/terminat/i);
    await expect(query(created.url, 'select 1')).rejects.toThrow('does not exist');
  });

  it('fails every time on a broken migration, leaving no template that looks usable', async () => {
    const folder = await migrationFolder('create tabel item (id int);');
    const failure = 'Migration some-service/0001_item.sql failed';
    await expect(createTestDatabase([folder])).rejects.toThrow(failure);
    await expect(createTestDatabase([folder])).rejects.toThrow(failure);
  });
});

describe('useTestDatabase', () => {
  const test = useTestDatabase();

  it('connects to a database of its own', async () => {
    const { rows } = await test.database.pool.query('select current_database() as name');
    expect(`/${rows[0].name}`).toBe(new URL(test.url).pathname);
  });
});

describe('useTestRedis', () => {
  const redis = useTestRedis();

  it('is empty at the start and the same for everything in the file', async () => {
    expect(await redis.client.dbsize()).toBe(0);
    await redis.client.set('key', 'value');
    expect(await testRedisUrl()).toBe(redis.url);
    expect(await redis.client.get('key')).toBe('value');
  });

  it.skipIf(process.env['VICI_REDIS_URL'])(
    'refuses what would empty the files that run beside this one',
    async () => {
      await expect(redis.client.flushall()).rejects.toThrow('NOPERM');
      await expect(redis.client.swapdb(0, 1)).rejects.toThrow('NOPERM');
    },
  );

  it('tells the commands its own database got, whatever the others get', async () => {
    const elsewhere = new Redis(new URL('/0', redis.url).href);
    const commands = await redis.commandsOf(async () => {
      await redis.client.set('key', '1');
      await elsewhere.get('key');
      await redis.client.eval("return redis.call('GET', KEYS[1])", 1, 'key');
    });
    elsewhere.disconnect();
    expect(commands).toEqual(['set', 'eval']);
  });
});

describe('useMailInbox', () => {
  const inbox = useMailInbox();

  async function send(to: string): Promise<void> {
    const { hostname, port } = new URL(inbox.smtpUrl);
    const socket = createConnection(Number(port), hostname);
    const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
    const lines = [
      'HELO test',
      'MAIL FROM:<shop@vici.test>',
      `RCPT TO:<${to}>`,
      'DATA',
      'Subject: Hello\r\n\r\nHi\r\n.',
      'QUIT',
    ];
    for (const line of lines) {
      await answers.next();
      socket.write(`${line}\r\n`);
    }
    await answers.next();
    socket.destroy();
  }

  it('keeps what was sent until it is cleared', async () => {
    await send('ann@vici.test');
    const message = await eventually(async () => {
      const [newest] = await inbox.messages();
      if (newest === undefined) throw new Error('no mail yet');
      return newest;
    });
    expect(message).toMatchObject({ subject: 'Hello' });
    inbox.clear();
    expect(await inbox.messages()).toEqual([]);
  });
});

describe('useTestS3', () => {
  const s3 = useTestS3(['pictures']);

  it('serves the buckets asked for', async () => {
    expect((await fetch(`${s3.url}/pictures`)).status).toBe(200);
    expect((await fetch(`${s3.url}/others`)).status).toBe(404);
  });
});
