import { useTestRedis } from '@vici/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { ORDER_ID, UPDATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

let token = '';

beforeEach(async () => {
  ({ token } = await signIn(redis.client));
});

const UPDATED_TEXT = '2026-03-02T10:00:00.000Z';

describe('notifications', () => {
  it('are listed and marked as read', async () => {
    const stored = {
      id: ORDER_ID,
      type: 'success',
      title: 'Shipped',
      message: 'On its way.',
      createdAt: UPDATED,
    };
    const shown = { ...stored, read: false, createdAt: UPDATED_TEXT };
    upstreams.notification.listNotifications = async () => ({
      notifications: [stored],
      page: { page: 1, limit: 20, total: 1n },
      unread: 1,
    });
    upstreams.notification.markRead = async () => ({ ...stored, read: true });
    const list = await call('GET', '/notifications', { token });
    expect(list.body['data']).toEqual({
      data: [shown],
      pagination: { page: 1, limit: 20, total: 1, totalPages: 1 },
      unread: 1,
    });
    const read = await call('POST', `/notifications/${ORDER_ID}/read`, { token });
    expect(read.body['data']).toEqual({ ...shown, read: true });
  });

  it('are read as a whole, and a product is watched and left alone again', async () => {
    const asked: unknown[] = [];
    upstreams.notification.markAllRead = async () => ({ marked: 3 });
    upstreams.notification.watchProduct = async (request) => {
      asked.push(['watch', request.productId]);
      return {};
    };
    upstreams.notification.unwatchProduct = async (request) => {
      asked.push(['unwatch', request.productId]);
      return {};
    };

    const all = await call('POST', '/notifications/read-all', { token });
    const watched = await call('PUT', `/products/${ORDER_ID}/stock-alert`, { token });
    const left = await call('DELETE', `/products/${ORDER_ID}/stock-alert`, { token });

    expect(all.body['data']).toEqual({ marked: 3 });
    expect([watched.status, left.status]).toEqual([200, 200]);
    expect(asked).toEqual([
      ['watch', ORDER_ID],
      ['unwatch', ORDER_ID],
    ]);
  });
});
