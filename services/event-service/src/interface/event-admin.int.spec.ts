import { createEvent, EVENT_BUS, type EventBus } from '@vici/events';
import {
  type BehaviourEvent,
  EventAdminServiceDefinition,
  EventServiceDefinition,
} from '@vici/proto-gen/event';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId, runInContext } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { eventService } from '../event.service.js';

const service = useService(eventService);
const api = () => service.client(EventAdminServiceDefinition);
const admin = <T>(work: () => Promise<T>) => asCaller({ role: 'admin', userId: newId() }, work);
const list = (query: Parameters<ReturnType<typeof api>['listEvents']>[0]) =>
  admin(() => api().listEvents(query));

const CHROME =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';
interface Visitor {
  readonly session: string;
  readonly userId?: string;
}
const send = ({ session, userId }: Visitor, ...events: Partial<BehaviourEvent>[]) =>
  runInContext(
    {
      requestId: newId(),
      caller: { role: 'anonymous', shopperSessionId: session, ...(userId !== undefined && { userId }) },
      client: { ip: '203.0.113.77', userAgent: CHROME },
    },
    () => service.client(EventServiceDefinition).ingest({ events }),
  );
const page = (): Partial<BehaviourEvent> => ({ id: newId(), eventType: 'page_view' });
const archived = (sessionId: string, count: number) =>
  eventually(async () => expect((await list({ sessionId })).events).toHaveLength(count));

describe('the list of archived events', () => {
  it("finds a user's events and those of the visits they signed in from, the newest first", async () => {
    const [userId, session, other] = [newId(), newId(), newId()];
    await send({ session }, page());
    await send({ session, userId }, { ...page(), eventType: 'search', query: 'mug' });
    await send({ session: other, userId: newId() }, page());
    await archived(session, 2);
    await service.publish(
      createEvent('user.logged_in', {
        subject: userId,
        data: {
          userId,
          authSessionId: newId(),
          shopperSessionId: session,
          loggedInAt: new Date().toISOString(),
        },
      }),
    );

    await eventually(async () => {
      const { events } = await list({ userId });
      expect(events.map((event) => [event.eventType, event.userId, event.stitchedUserId])).toEqual([
        ['search', userId, undefined],
        ['page_view', undefined, userId],
      ]);
      expect(events[0]).toMatchObject({
        sessionId: session,
        clientNetwork: '203.0.113.0/24',
        userAgent: 'Chrome on Android',
        bot: false,
      });
      expect(JSON.parse(events[0]?.dataJson ?? '')).toMatchObject({ query: 'mug', sessionId: session });
    });
    expect((await list({ userId, eventType: 'search' })).events).toHaveLength(1);
    expect((await list({ userId, to: new Date(Date.now() - 3_600_000) })).events).toEqual([]);
  });

  it('goes on page by page, without a gap and to the end', async () => {
    const session = newId();
    const sent = Array.from({ length: 7 }, page);
    await send({ session }, ...sent);
    await archived(session, 7);

    const found: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const answer = await list({ sessionId: session, limit: 3, ...(cursor !== undefined && { cursor }) });
      found.push(...answer.events.map(({ id }) => id));
      cursor = answer.nextCursor;
      pages += 1;
    } while (cursor !== undefined);

    expect([pages, new Set(found)]).toEqual([3, new Set(sent.map(({ id }) => id))]);
    expect(found).toHaveLength(7);
  });

  it('is for whoever may read events, and names what is wrong', async () => {
    await expect(
      asCaller({ role: 'support', userId: newId() }, () => api().listEvents({})),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    for (const [query, field] of [
      [{ userId: 'me' }, 'userId'],
      [{ limit: 101 }, 'limit'],
      [{ cursor: 'x' }, 'cursor'],
      [{ from: new Date() }, 'to'],
    ] as const) {
      await expect(list({ ...query, ...(field === 'to' && { to: new Date(0) }) })).rejects.toMatchObject({
        details: { fields: [expect.objectContaining({ field })] },
      });
    }
  });
});

describe('a replay', () => {
  const range = () => ({ from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 1_000) });

  it('reads a time as it was published, oldest first, and sends it to one topic again', async () => {
    const session = newId();
    const views = Array.from({ length: 5 }, () => ({
      id: newId(),
      eventType: 'product_click',
      productId: newId(),
    }));
    for (const view of views) await send({ session }, view);
    await archived(session, 5);
    const wanted = { ...range(), eventTypes: ['product_click'] };

    const read = await admin(() => api().readEvents({ ...wanted, limit: 3 }));
    expect(read.eventsJson.map((json) => JSON.parse(json).id)).toEqual(views.slice(0, 3).map(({ id }) => id));
    expect(JSON.parse(read.eventsJson[0] ?? '')).toMatchObject({
      specversion: '1.0',
      type: 'product_click',
      source: 'vici/event-service',
      subject: session,
    });

    const bus = service.get<EventBus>(EVENT_BUS);
    const on = async (topic: string) => {
      const ids: string[] = [];
      await bus.readAll(topic, ({ value }) => void ids.push(String(JSON.parse(value).id)));
      return ids.filter((id) => views.some((view) => view.id === id));
    };
    let sent = 0;
    let cursor: string | undefined;
    do {
      const step = await admin(() =>
        api().replayEvents({
          range: { ...wanted, limit: 2, ...(cursor !== undefined && { cursor }) },
          topic: 'product-views',
        }),
      );
      sent += step.sent;
      cursor = step.nextCursor;
    } while (cursor !== undefined);

    expect(sent).toBe(5);
    const ids = views.map(({ id }) => id);
    expect(await on('product-views')).toEqual([...ids, ...ids]);
    expect(await on('user-events')).toEqual(ids);
    await archived(session, 5);
    // Recorded once, however many pages it took.
    await eventually(async () => expect(await bus.readAll('audit-events', () => undefined)).toBe(1));
  });

  it('goes to behaviour topics alone, of known types, and needs its permission', async () => {
    const replay = (over: object) =>
      admin(() => api().replayEvents({ range: range(), topic: 'user-events', ...over }));
    await expect(replay({ topic: 'order-events' })).rejects.toMatchObject({
      details: {
        fields: [{ field: 'topic', message: expect.stringContaining('must be one of user-events, ') }],
      },
    });
    await expect(replay({ range: { ...range(), eventTypes: ['dance'] } })).rejects.toMatchObject({
      details: { fields: [{ field: 'eventTypes', message: 'must be types of behaviour' }] },
    });
    await expect(replay({ range: {} })).rejects.toMatchObject({
      details: { fields: [{ field: 'from', message: 'is required' }] },
    });
    await expect(
      asCaller({ role: 'customer', userId: newId() }, () =>
        api().replayEvents({ range: range(), topic: 'user-events' }),
      ),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
