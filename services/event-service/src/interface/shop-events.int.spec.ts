import { Database } from '@vici/database';
import { createEvent, EVENT_BUS, type EventBus, type OrderSnapshot, parseEvent } from '@vici/events';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { eventService } from '../event.service.js';
import type { EventTables } from '../infrastructure/event.tables.js';

const service = useService(eventService);
const database = () => service.get<Database<EventTables>>(Database);
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const occurredAt = '2026-03-01T10:00:00.000Z';

function order(over: Partial<OrderSnapshot> = {}): OrderSnapshot {
  const line = (unit: number, quantity: number) => ({
    orderItemId: newId(),
    productId: newId(),
    sku: 'SKU',
    name: 'Thing',
    image: '',
    quantity,
    unitPrice: usd(unit),
    totalPrice: usd(unit * quantity),
  });
  return {
    orderId: newId(),
    number: 'V-1',
    userId: newId(),
    shopperSessionId: newId(),
    email: 'ada@example.com',
    status: 'CONFIRMED',
    items: [{ ...line(1250, 2), variantId: newId(), categoryId: newId() }, line(999, 1)],
    subtotal: usd(3499),
    shipping: usd(500),
    tax: usd(280),
    discount: usd(0),
    total: usd(4279),
    shippingAddress: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      addressLine1: '12 St James Square',
      city: 'London',
      state: '',
      postalCode: 'SW1Y 4JH',
      country: 'GB',
    },
    placedAt: occurredAt,
    ...over,
  };
}

const confirmed = (snapshot: OrderSnapshot) =>
  createEvent('order.confirmed', { subject: snapshot.orderId, data: { order: snapshot, occurredAt } });

const storedOf = (userId: string) =>
  database().query.selectFrom('behaviour_events').selectAll().where('user_id', '=', userId).execute();

/** Sends an order of somebody else and waits for its events: what was sent before has been handled by then. */
async function handledSoFar(): Promise<void> {
  const last = order();
  await service.publish(confirmed(last));
  await eventually(async () => expect(await storedOf(last.userId)).toHaveLength(3));
}

describe('a confirmed order', () => {
  it('becomes one purchase per line and one completed checkout, with the prices in minor units', async () => {
    const snapshot = order();
    const [first, second] = snapshot.items;
    const shopper = {
      userId: snapshot.userId,
      sessionId: snapshot.shopperSessionId,
      timestamp: Date.parse(occurredAt),
      receivedAt: expect.any(Number),
    };
    const metadata = { orderId: snapshot.orderId, currency: 'USD' };

    await service.publish(confirmed(snapshot));

    await eventually(() => {
      const published = service.events().filter(({ subject }) => subject === snapshot.userId);
      expect(published.map(({ data }) => data)).toEqual([
        {
          ...shopper,
          eventType: 'purchase',
          productId: first?.productId,
          variantId: first?.variantId,
          categoryId: first?.categoryId,
          price: 1250,
          quantity: 2,
          metadata,
        },
        {
          ...shopper,
          eventType: 'purchase',
          productId: second?.productId,
          price: 999,
          quantity: 1,
          metadata,
        },
        { ...shopper, eventType: 'checkout_complete', price: 4279, metadata },
      ]);
    });
    await eventually(async () =>
      expect((await storedOf(snapshot.userId)).map((row) => row.event_type).sort()).toEqual([
        'checkout_complete',
        'purchase',
        'purchase',
      ]),
    );
  });

  it('counts once when it is told again, under the same and under another event id', async () => {
    const snapshot = order();
    const event = confirmed(snapshot);

    await service.publish(event);
    await service.publish(event);
    await service.publish(confirmed(snapshot));
    await handledSoFar();

    await eventually(async () => expect(await storedOf(snapshot.userId)).toHaveLength(3));
    const purchases: string[] = [];
    await eventually(async () => {
      purchases.length = 0;
      await service.get<EventBus>(EVENT_BUS).readAll('purchase-events', async ({ value }) => {
        const read = parseEvent(value);
        if (read?.subject === snapshot.userId) purchases.push(read.id);
      });
      expect(purchases).toHaveLength(2);
    });
    expect(new Set(purchases).size).toBe(2);
  });

  it.each([undefined, 'tab-1'])(
    'is a session of its own when ordered in session %s',
    async (shopperSessionId) => {
      const { shopperSessionId: _, ...without } = order();
      const snapshot = { ...without, ...(shopperSessionId !== undefined && { shopperSessionId }) };

      await service.publish(confirmed(snapshot));

      await eventually(async () => {
        const sessions = (await storedOf(snapshot.userId)).map((row) => row.session_id);
        expect(sessions).toEqual(Array(3).fill(`order:${snapshot.orderId}`));
      });
    },
  );
});

const signedIn = (userId: string, shopperSessionId: string | undefined, loggedInAt: string) =>
  createEvent('user.logged_in', {
    subject: userId,
    data: {
      userId,
      authSessionId: newId(),
      loggedInAt,
      ...(shopperSessionId !== undefined && { shopperSessionId }),
    },
  });
const linksOf = (userId: string) =>
  database().query.selectFrom('session_users').selectAll().where('user_id', '=', userId).execute();

describe('a sign-in', () => {
  it('links the session with the user, from the first to the last time, in whatever order they are told', async () => {
    const userId = newId();
    const session = newId();

    await service.publish(signedIn(userId, session, '2026-03-01T12:00:00.000Z'));
    await service.publish(signedIn(userId, session.toUpperCase(), '2026-03-01T09:00:00.000Z'));
    await service.publish(signedIn(userId, undefined, '2026-03-01T13:00:00.000Z'));
    await service.publish(signedIn(userId, 'tab-1', '2026-03-01T14:00:00.000Z'));
    // Later on the same topic, so what came before has been handled.
    const last = newId();
    await service.publish(signedIn(last, newId(), '2026-03-01T15:00:00.000Z'));
    await eventually(async () => expect(await linksOf(last)).toHaveLength(1));

    await eventually(async () =>
      expect(await linksOf(userId)).toEqual([
        {
          session_id: session,
          user_id: userId,
          first_seen_at: new Date('2026-03-01T09:00:00.000Z'),
          last_seen_at: new Date('2026-03-01T12:00:00.000Z'),
        },
      ]),
    );
  });
});

describe('a deleted user', () => {
  it('leaves no events behind, nor those of visits nobody else signed in from, and takes nobody else along', async () => {
    const [userId, other] = [newId(), newId()];
    const [own, shared] = [newId(), newId()];
    const send = (caller: Parameters<typeof asCaller>[0]) =>
      asCaller(caller, () =>
        service.client(EventServiceDefinition).ingest({ events: [{ id: newId(), eventType: 'page_view' }] }),
      );
    const left = () =>
      database()
        .query.selectFrom('behaviour_events')
        .select(['session_id', 'user_id'])
        .where('session_id', 'in', [own, shared])
        .orderBy('user_id')
        .execute();
    for (const session of [own, shared]) {
      await send({ shopperSessionId: session });
      await send({ shopperSessionId: session, userId });
    }
    await send({ shopperSessionId: shared, userId: other });
    await eventually(async () => expect(await left()).toHaveLength(5));
    await service.publish(signedIn(userId, own, occurredAt));
    await service.publish(signedIn(userId, shared, occurredAt));
    await service.publish(signedIn(other, shared, occurredAt));
    await eventually(async () => expect(await linksOf(other)).toHaveLength(1));

    await service.publish(
      createEvent('user.deleted', { subject: userId, data: { userId, deletedAt: occurredAt } }),
    );

    await eventually(async () =>
      expect(await left()).toEqual([
        { session_id: shared, user_id: other },
        { session_id: shared, user_id: null },
      ]),
    );
    expect(await linksOf(userId)).toEqual([]);
    expect(await linksOf(other)).toHaveLength(1);
  });
});
