import { useTestRedis } from '@vici/testing';
import { expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

it('shows administrators what is searched for in vain, and lets them say what stands for a word', async () => {
  upstreams.searchAdmin.listSearchMisses = async ({ page }) => ({
    misses: [{ query: 'hammock', count: 7, firstAt: CREATED, lastAt: CREATED }],
    page: { page: page?.page ?? 0, limit: 20, total: 1n },
  });
  upstreams.searchAdmin.listSynonyms = async () => ({ synonyms: [{ word: 'sofa', synonyms: ['couch'] }] });
  upstreams.searchAdmin.setSynonyms = async ({ word, synonyms }) => ({ word, synonyms });
  const { token } = await signIn(redis.client, { role: 'admin' });

  const misses = await call('GET', '/admin/search/misses?page=2', { token });
  const synonyms = await call('GET', '/admin/search/synonyms', { token });
  const set = await call('PUT', '/admin/search/synonyms/sofa', { token, body: { synonyms: ['settee'] } });

  const at = '2026-03-01T10:00:00.000Z';
  expect(misses.body['data']).toEqual({
    data: [{ query: 'hammock', count: 7, firstAt: at, lastAt: at }],
    pagination: { page: 2, limit: 20, total: 1, totalPages: 1 },
  });
  expect(synonyms.body['data']).toEqual([{ word: 'sofa', synonyms: ['couch'] }]);
  expect(set.body['data']).toEqual({ word: 'sofa', synonyms: ['settee'] });
});

it('keeps shoppers out, and names what is wrong', async () => {
  const shopper = await signIn(redis.client);
  const admin = await signIn(redis.client, { role: 'admin' });

  const refused = await call('GET', '/admin/search/misses', { token: shopper.token });
  const bad = await call('PUT', '/admin/search/synonyms/sofa', {
    token: admin.token,
    body: { synonyms: [''] },
  });

  expect([refused.status, refused.body['error']]).toEqual([403, 'FORBIDDEN']);
  expect(bad.status).toBe(400);
  expect(bad.body['details']).toMatchObject({ fields: [{ field: 'synonyms.0' }] });
});
