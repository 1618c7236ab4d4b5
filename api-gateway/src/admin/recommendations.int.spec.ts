import { MerchandisingKind, Placement } from '@vici/proto-gen/recommendation';
import { useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CREATED, UPDATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
const [id, productId] = [newId(), newId()];
const rule = {
  id,
  fields: {
    kind: MerchandisingKind.PIN,
    productId,
    placement: Placement.POPULAR,
    position: 2,
    factor: 1,
    note: 'Season',
    categoryId: undefined,
    startsAt: undefined,
    endsAt: UPDATED,
  },
  createdAt: CREATED,
  updatedAt: UPDATED,
};
const shown = {
  id,
  kind: 'PIN',
  productId,
  placement: 'POPULAR',
  position: 2,
  note: 'Season',
  endsAt: UPDATED.toISOString(),
  createdAt: CREATED.toISOString(),
  updatedAt: UPDATED.toISOString(),
};
let token = '';

beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
});

describe('pins and boosts', () => {
  it('are listed, added, replaced and taken away', async () => {
    const asked: unknown[] = [];
    upstreams.merchandising.listRules = async () => ({ rules: [rule] });
    upstreams.merchandising.createRule = async ({ fields }) => {
      asked.push(fields);
      return rule;
    };
    upstreams.merchandising.replaceRule = async (request) => {
      asked.push(request.id, request.fields?.factor);
      return rule;
    };
    upstreams.merchandising.deleteRule = async (request) => {
      asked.push(request.id);
      return {};
    };
    const body = { kind: 'PIN', productId, placement: 'POPULAR', position: 2, note: 'Season' };

    const list = await call('GET', '/admin/recommendations', { token });
    const added = await call('POST', '/admin/recommendations', { token, body });
    const boost = { kind: 'BOOST', productId, factor: 3 };
    const replaced = await call('PUT', `/admin/recommendations/${id}`, { token, body: boost });
    const gone = await call('DELETE', `/admin/recommendations/${id}`, { token });

    expect(list.body['data']).toEqual([shown]);
    expect([added.status, added.body['data']]).toEqual([201, shown]);
    expect([replaced.status, gone.status]).toEqual([200, 200]);
    expect(asked).toMatchObject([
      { kind: MerchandisingKind.PIN, productId, placement: Placement.POPULAR, position: 2, note: 'Season' },
      id,
      3,
      id,
    ]);
  });

  it('are refused with every bad field named, and are for administrators alone', async () => {
    const body = { kind: 'PUSH', productId: 'x', position: 0, factor: 11 };
    const bad = await call('POST', '/admin/recommendations', { token, body });
    const support = await signIn(redis.client, { role: 'support' });
    const other = await call('GET', '/admin/recommendations', { token: support.token });

    expect(bad.body['details']).toMatchObject({
      fields: ['kind', 'productId', 'position', 'factor'].map((field) => ({ field })),
    });
    expect(other.status).toBe(403);
  });
});

describe('experiments', () => {
  it('tell the rates of each arm', async () => {
    const rate = { answers: 10n, rate: 0.1, low: 0.05, high: 0.17 };
    const rates = { clicked: rate, addedToCart: rate, purchased: rate };
    upstreams.recommendation.reportExperiments = async () => ({
      arms: [{ experiment: 'lists', arm: 'plain', algorithm: 'vmis', share: 0.5, served: 100n, ...rates }],
    });
    const { body } = await call('GET', '/admin/recommendations/experiments', { token });

    const told = { answers: 10, rate: 0.1, low: 0.05, high: 0.17 };
    expect(body['data']).toEqual([
      {
        experiment: 'lists',
        arm: 'plain',
        algorithm: 'vmis',
        share: 0.5,
        served: 100,
        clickThrough: told,
        addToCart: told,
        purchase: told,
      },
    ]);
  });
});
