import { useTestRedis } from '@vici/testing';
import { DomainError, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const gateway = useGateway();
const ID = newId();
const REQUESTED_AT = new Date('2026-01-01T00:00:00.000Z');
const COMPLETED_AT = new Date('2026-01-01T00:00:01.000Z');

function dataRequest(userId: string, completed: boolean) {
  return {
    id: ID,
    userId,
    requestedAt: REQUESTED_AT,
    waitingFor: completed ? [] : ['cart-service'],
    ...(completed && { completedAt: COMPLETED_AT }),
  };
}

describe('GET /users/export', () => {
  it('waits for the services and gives what each of them gave, parts put together', async () => {
    const { userId, token } = await signIn(redis.client);
    let asked = 0;
    gateway.upstreams.personalData.requestExport = async () => dataRequest(userId, false);
    gateway.upstreams.personalData.getDataRequest = async () => {
      asked += 1;
      return dataRequest(userId, asked === 2);
    };
    const part = (service: string, number: number, data: object) => ({
      service,
      part: number,
      json: JSON.stringify(data),
    });
    const parts = [
      part('order-service', 1, { orders: [{ number: 'VIC-2026-000001' }] }),
      part('order-service', 2, { orders: [{ number: 'VIC-2026-000002' }], returns: [] }),
      part('user-service', 1, { profile: [{ first_name: 'Ada' }] }),
    ];
    gateway.upstreams.personalData.listExportParts = async ({ offset }) => ({
      parts: parts.slice(offset, offset + 2),
      total: parts.length,
    });

    const answer = await gateway.call('GET', '/users/export', { token });

    expect(answer.status).toBe(200);
    expect(answer.body['data']).toEqual({
      requestId: ID,
      status: 'COMPLETED',
      requestedAt: '2026-01-01T00:00:00.000Z',
      completedAt: '2026-01-01T00:00:01.000Z',
      waitingFor: [],
      services: {
        'order-service': {
          orders: [{ number: 'VIC-2026-000001' }, { number: 'VIC-2026-000002' }],
          returns: [],
        },
        'user-service': { profile: [{ first_name: 'Ada' }] },
      },
    });
  });

  it('needs the user', async () => {
    expect((await gateway.call('GET', '/users/export')).status).toBe(401);
  });
});

describe('DELETE /users/account', () => {
  it('reports what every service did', async () => {
    const { userId, token } = await signIn(redis.client);
    let password: string | undefined;
    gateway.upstreams.auth.confirmIdentity = async (request) => {
      password = request.password;
      return {};
    };
    gateway.upstreams.personalData.requestErasure = async () => dataRequest(userId, true);
    gateway.upstreams.personalData.getErasure = async () => ({
      request: dataRequest(userId, true),
      services: [
        {
          service: 'order-service',
          erased: { addresses: 2n },
          kept: [{ what: 'invoices', count: 1n, reason: 'The law wants them kept.' }],
        },
      ],
    });

    const answer = await gateway.call('DELETE', '/users/account', {
      token,
      body: { password: 'difference engine' },
    });

    expect(password).toBe('difference engine');
    expect(answer.status).toBe(200);
    expect(answer.body['data']).toMatchObject({
      status: 'COMPLETED',
      services: [
        {
          service: 'order-service',
          erased: { addresses: 2 },
          kept: [{ what: 'invoices', count: 1, reason: 'The law wants them kept.' }],
        },
      ],
    });
  });

  it('asks no service to erase anything when the password is wrong', async () => {
    const { userId, token } = await signIn(redis.client);
    let asked = false;
    gateway.upstreams.auth.confirmIdentity = async () => {
      throw new DomainError('INVALID_CREDENTIALS', 'The password is wrong.');
    };
    gateway.upstreams.personalData.requestErasure = async () => {
      asked = true;
      return dataRequest(userId, true);
    };
    const answer = await gateway.call('DELETE', '/users/account', { token, body: { password: 'guess' } });
    expect(answer).toMatchObject({ status: 401, body: { error: 'INVALID_CREDENTIALS' } });
    expect(asked).toBe(false);
  });
});
