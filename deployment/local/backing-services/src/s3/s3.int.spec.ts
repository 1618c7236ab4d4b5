import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { scratchFolder } from '../testing/scratch-folder.js';
import type { S3Endpoint } from './s3.js';
import { startS3 } from './s3.js';

const clientOf = (endpoint: S3Endpoint): S3Client =>
  new S3Client({
    endpoint: endpoint.url,
    region: endpoint.region,
    credentials: endpoint,
    forcePathStyle: true,
  });

describe('the embedded S3 server', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;

  beforeEach(async () => {
    folder = await scratchFolder();
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await folder.remove();
  });

  it('keeps objects with their bytes and type over a stop and a start, and forgets deleted ones', async () => {
    const first = await startS3({ dataDir: folder.path, buckets: ['images'] });
    const before = clientOf(first.endpoint);
    const Body = Buffer.from([0, 255, 1, 254]);
    await before.send(
      new PutObjectCommand({ Bucket: 'images', Key: 'a/b.png', Body, ContentType: 'image/png' }),
    );
    await before.send(new PutObjectCommand({ Bucket: 'images', Key: 'gone.png', Body }));
    await before.send(new DeleteObjectCommand({ Bucket: 'images', Key: 'gone.png' }));
    await first.stop();
    expect(await first.isAlive()).toBe(false);

    const second = await startS3({ dataDir: folder.path, buckets: ['images'] });
    const after = clientOf(second.endpoint);
    const found = await after.send(new GetObjectCommand({ Bucket: 'images', Key: 'a/b.png' }));
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    expect(found.ContentType).toBe('image/png');
    await expect(
      after.send(new HeadObjectCommand({ Bucket: 'images', Key: 'gone.png' })),
    ).rejects.toMatchObject({
      name: 'NotFound',
    });
    expect(await second.isAlive()).toBe(true);
    await second.stop();
  });

  it('lets a page of another origin put a file', async () => {
    const server = await startS3({ dataDir: folder.path, buckets: ['images'] });
    const preflight = await fetch(`${server.endpoint.url}/images/a.png`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    await server.stop();
  });

  it('puts and deletes in one folder at the same moment, and loses nothing', async () => {
    const server = await startS3({ dataDir: folder.path, buckets: ['files'] });
    const url = (name: string) => `${server.endpoint.url}/files/folder/${name}`;
    const put = async (name: string) => (await fetch(url(name), { method: 'PUT', body: name })).status;
    const found = async (name: string) => (await fetch(url(name))).text();
    for (let round = 1; round <= 100; round += 1) {
      await put('old');
      const [deleted, made] = await Promise.all([fetch(url('old'), { method: 'DELETE' }), put('new')]);
      expect([deleted.status, made, await found('new')]).toEqual([204, 200, 'new']);
      await fetch(url('new'), { method: 'DELETE' });
    }
    await server.stop();
  });

  it('has all of an object when it says so', async () => {
    const server = await startS3({ dataDir: folder.path, buckets: ['files'] });
    const url = `${server.endpoint.url}/files/large`;
    for (const size of [3_000_000, 1, 2_000_000, 0]) {
      expect((await fetch(url, { method: 'PUT', body: Buffer.alloc(size, 'a') })).status).toBe(200);
      const { headers } = await fetch(url, { method: 'HEAD' });
      expect(Number(headers.get('content-length'))).toBe(size);
    }
    await server.stop();
  });

  it('stops only itself', async () => {
    const one = await startS3({ dataDir: `${folder.path}/one`, buckets: ['images'] });
    const other = await startS3({ dataDir: `${folder.path}/other`, buckets: ['images'] });
    await one.stop();
    expect([await one.isAlive(), await other.isAlive()]).toEqual([false, true]);
    await other.stop();
  });

  it('refuses a port that is taken', async () => {
    const one = await startS3({ dataDir: `${folder.path}/one`, buckets: [] });
    const port = Number(new URL(one.endpoint.url).port);
    await expect(startS3({ dataDir: `${folder.path}/other`, buckets: [], port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await one.stop();
  });

  it('starts nothing when the environment names a server, but makes the missing buckets there', async () => {
    const given = await startS3({ dataDir: folder.path, buckets: ['images'] });
    vi.stubEnv('VICI_S3_URL', given.endpoint.url);
    vi.stubEnv('VICI_S3_ACCESS_KEY_ID', given.endpoint.accessKeyId);
    vi.stubEnv('VICI_S3_SECRET_ACCESS_KEY', given.endpoint.secretAccessKey);
    const found = await startS3({ dataDir: `${folder.path}/unused`, buckets: ['images', 'exports'] });
    expect(found).toMatchObject({ origin: 'environment', endpoint: given.endpoint });
    const { Buckets } = await clientOf(given.endpoint).send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name).sort()).toEqual(['exports', 'images']);
    await found.stop();
    expect(await given.isAlive()).toBe(true);
    await given.stop();
  });
});
