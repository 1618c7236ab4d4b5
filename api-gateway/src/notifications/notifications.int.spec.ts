import { createEvent } from '@vici/events';
import { eventually, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { createParser } from 'eventsource-parser';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { ORDER_ID, UPDATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const gateway = useGateway();
const { upstreams, call } = gateway;

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

  it('are streamed: how many are unread, then each as it comes, to its owner alone', async () => {
    const owner = await signIn(redis.client);
    upstreams.notification.listNotifications = async () => ({
      notifications: [],
      page: { page: 1, limit: 1, total: 2n },
      unread: 2,
    });
    const sent = (userId: string, title: string) =>
      createEvent('notification.sent', {
        subject: ORDER_ID,
        data: {
          notificationId: ORDER_ID,
          userId,
          channel: 'inbox',
          template: 'order-shipped',
          occurredAt: UPDATED_TEXT,
          inbox: { type: 'success', title, message: 'On its way.', link: 'http://shop/orders/1' },
        },
      });
    const seen: [event: string | undefined, data: unknown][] = [];
    const leaving = new AbortController();
    const response = await fetch(`${gateway.url}/api/notifications/stream`, {
      signal: leaving.signal,
      headers: { connection: 'close', authorization: `Bearer ${owner.token}` },
    });
    const parser = createParser({ onEvent: ({ event, data }) => void seen.push([event, JSON.parse(data)]) });
    const reading = (async () => {
      for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(text);
    })().catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error;
    });
    await eventually(() => expect(seen).toEqual([['unread', { unread: 2 }]]));

    await gateway.service.publish(sent(newId(), 'of somebody else'));
    await gateway.service.publish(sent(owner.userId, 'Order shipped'));

    await eventually(() => expect(seen).toHaveLength(2));
    expect(seen[1]).toEqual([
      'notification',
      {
        notification: {
          id: ORDER_ID,
          type: 'success',
          title: 'Order shipped',
          message: 'On its way.',
          link: 'http://shop/orders/1',
          read: false,
          createdAt: UPDATED_TEXT,
        },
      },
    ]);
    leaving.abort();
    await reading;
    expect((await call('GET', '/notifications/stream')).status).toBe(401);
  });

  it('are pushed to the browsers that subscribed', async () => {
    const asked: unknown[] = [];
    upstreams.notification.getPushKey = async () => ({ publicKey: 'BKey' });
    upstreams.notification.subscribePush = async (request) => {
      asked.push(['subscribe', request]);
      return {};
    };
    upstreams.notification.unsubscribePush = async (request) => {
      asked.push(['unsubscribe', request]);
      return {};
    };
    const endpoint = 'https://fcm.googleapis.com/fcm/send/abc';
    const path = '/notifications/push/subscriptions';
    const body = { endpoint, keys: { p256dh: 'p', auth: 'a' }, expirationTime: null };

    const key = await call('GET', '/notifications/push/key', { token });
    const subscribed = await call('POST', path, { token, body });
    const bad = await call('POST', path, { token, body: { endpoint } });
    const left = await call('DELETE', `${path}?endpoint=${encodeURIComponent(endpoint)}`, { token });
    const guest = await call('POST', path, { body });

    expect(key.body['data']).toEqual({ publicKey: 'BKey' });
    expect([subscribed.status, left.status, guest.status]).toEqual([200, 200, 401]);
    expect(bad.body['details']).toMatchObject({ fields: [{ field: 'keys' }] });
    expect(asked).toEqual([
      ['subscribe', { endpoint, p256dh: 'p', auth: 'a' }],
      ['unsubscribe', { endpoint }],
    ]);
  });
});
