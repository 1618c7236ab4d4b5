import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { freePort } from '../process/free-port.js';
import { KAFKA_CACHE } from '../testing/kafka-cache.js';
import { scratchFolder } from '../testing/scratch-folder.js';
import { kafkaObstacle, startKafka } from './kafka.js';
import { requestMetadata } from './metadata-request.js';

const cacheDir = KAFKA_CACHE;
const obstacle = await kafkaObstacle({ cacheDir });

async function asAdmin<T>(brokers: string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: 'spec', bootstrapBrokers: brokers, retryDelay: 100 });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

describe.skipIf(obstacle !== undefined)(
  `the embedded Kafka broker ${obstacle ?? ''}`,
  { timeout: 180_000 },
  () => {
    let folder: Awaited<ReturnType<typeof scratchFolder>>;
    let dataDir: string;

    beforeEach(async () => {
      folder = await scratchFolder();
      dataDir = join(folder.path, 'kafka');
    });

    afterEach(async () => {
      vi.unstubAllEnvs();
      await folder.remove();
    });

    it('keeps its topics over a stop, a start on another port, and a kill -9', async () => {
      const first = await startKafka({ dataDir, cacheDir });
      await asAdmin(first.endpoint.brokers, (admin) =>
        admin.createTopics({ topics: ['orders'], partitions: 3, replicas: 1 }),
      );
      await first.stop();
      expect(await first.isAlive()).toBe(false);

      const second = await startKafka({ dataDir, cacheDir, port: await freePort() });
      expect(await asAdmin(second.endpoint.brokers, (admin) => admin.listTopics())).toEqual(['orders']);
      process.kill(second.pid ?? Number.NaN, 'SIGKILL');

      const third = await startKafka({ dataDir, cacheDir });
      expect(third.pid).not.toBe(second.pid);
      expect(await asAdmin(third.endpoint.brokers, (admin) => admin.listTopics())).toEqual(['orders']);
      await third.stop();
    });

    it('is adopted by a second start on the same data, and stops only itself', async () => {
      const [first, other] = await Promise.all([
        startKafka({ dataDir, cacheDir, ephemeral: true }),
        startKafka({ dataDir: join(folder.path, 'other'), cacheDir, ephemeral: true }),
      ]);
      const second = await startKafka({ dataDir, cacheDir, ephemeral: true });
      expect(second).toMatchObject({ pid: first.pid, endpoint: first.endpoint, origin: 'maven' });
      await second.stop();
      expect([await first.isAlive(), await other.isAlive()]).toEqual([false, true]);
      await other.stop();
    });

    it('starts nothing when the environment names a cluster, and never stops that one', async () => {
      const given = await startKafka({ dataDir, cacheDir, ephemeral: true });
      vi.stubEnv('VICI_KAFKA_BROKERS', `${given.endpoint.brokers[0]} , 127.0.0.1:1`);
      const found = await startKafka({ dataDir: join(folder.path, 'unused'), cacheDir });
      expect(found).toMatchObject({ origin: 'environment', pid: undefined });
      expect(found.endpoint.brokers).toEqual([given.endpoint.brokers[0], '127.0.0.1:1']);
      await found.stop();
      expect(await given.isAlive()).toBe(true);
      await given.stop();
    });
  },
);

describe('without what Kafka needs', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;

  beforeEach(async () => {
    folder = await scratchFolder();
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await folder.remove();
  });

  it.each([
    { version: undefined, sentence: 'Kafka needs Java 17 or newer, and there is no Java here.' },
    { version: '11.0.2', sentence: 'Kafka needs Java 17 or newer, and this Java is version 11.' },
    {
      version: '21.0.1',
      sentence: 'The Kafka libraries are fetched with Maven once, and there is no "mvn" on PATH.',
    },
  ])('says so in one sentence and starts nothing (Java $version)', async ({ version, sentence }) => {
    vi.stubEnv('JAVA_HOME', '');
    vi.stubEnv('PATH', folder.path);
    if (version !== undefined) {
      const script = `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`;
      await writeFile(join(folder.path, 'java'), script, { mode: 0o755 });
    }
    const options = { dataDir: join(folder.path, 'kafka'), cacheDir: join(folder.path, 'cache') };
    expect(await kafkaObstacle(options)).toBe(sentence);
    await expect(startKafka(options)).rejects.toMatchObject({
      name: 'MissingToolError',
      message: sentence,
      remedy: expect.stringContaining('VICI_KAFKA_BROKERS'),
    });
    expect(await readdir(options.dataDir)).toEqual([]);
  });

  it('does not take a server that speaks another language for Kafka', async () => {
    const server = createServer((socket) => socket.end('220 mail.vici.test ESMTP\r\n'));
    const port = await freePort();
    await new Promise<void>((done) => {
      server.listen(port, '127.0.0.1', done);
    });
    await expect(requestMetadata('127.0.0.1', port, 1_000)).rejects.toThrow('does not answer as Kafka does');
    server.close();
  });
});
