import { ImportFormat, ImportStatus } from '@vici/proto-gen/product';
import { useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
const counts = { processed: 3, created: 1, updated: 0, unchanged: 1, rejected: 1 };

it('takes a file of products from an administrator and tells how far it is', async () => {
  const id = newId();
  const made = {
    id,
    format: ImportFormat.CSV,
    status: ImportStatus.RUNNING,
    dryRun: true,
    ...counts,
    createdAt: CREATED,
  };
  const fault = { line: 2, sku: 'A', field: 'price', message: 'is required' };
  const asked: unknown[] = [];
  const target = { url: 'http://s3/x', headers: { 'content-type': 'text/csv' }, expiresAt: CREATED };
  upstreams.productImport.createImport = async (request) => {
    asked.push(request);
    return { ...made, status: ImportStatus.AWAITING, target };
  };
  upstreams.productImport.startImport = async () => made;
  upstreams.productImport.getImport = async () => ({
    ...made,
    status: ImportStatus.DONE,
    finishedAt: CREATED,
  });
  upstreams.productImport.listImportFaults = async () => ({
    faults: [fault],
    page: { page: 1, limit: 20, total: 1n },
  });
  const { token } = await signIn(redis.client, { role: 'admin' });
  const path = '/admin/products/imports';
  const body = { format: 'csv', size: 9, dryRun: true };
  const created = await call('POST', path, { token, body });
  const started = await call('POST', `${path}/${id}/start`, { token });
  const done = await call('GET', `${path}/${id}`, { token });
  const faults = await call('GET', `${path}/${id}/faults`, { token });
  expect([created.status, asked]).toEqual([201, [{ format: ImportFormat.CSV, size: 9n, dryRun: true }]]);
  expect(created.body['data']).toMatchObject({
    status: 'AWAITING',
    upload: { method: 'PUT', url: 'http://s3/x' },
  });
  expect(started.body['data']).toEqual({
    id,
    format: 'csv',
    status: 'RUNNING',
    dryRun: true,
    ...counts,
    createdAt: '2026-03-01T10:00:00.000Z',
  });
  expect(done.body['data']).toMatchObject({ status: 'DONE', finishedAt: '2026-03-01T10:00:00.000Z' });
  expect(faults.body['data']).toMatchObject({ data: [fault], pagination: { total: 1 } });
  const { token: customer } = await signIn(redis.client);
  expect((await call('POST', path, { token: customer, body })).status).toBe(403);
});
