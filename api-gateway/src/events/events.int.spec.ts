import type { IngestRequest } from '@vici/proto-gen/event';
import { type Caller, currentCaller, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { PRODUCT_ID } from '../fixtures/messages.fixture.js';

const { upstreams, call } = useGateway();

let reported: IngestRequest['events'][number][] = [];
let callers: Caller[] = [];

beforeEach(() => {
  reported = [];
  callers = [];
  upstreams.event.ingest = async ({ events }) => {
    reported.push(...events);
    callers.push(currentCaller());
    return { accepted: events.length };
  };
});

describe('behaviour events', () => {
  const event = (over = {}) => ({ id: newId(), eventType: 'product_view', productId: PRODUCT_ID, ...over });

  it('are taken in one by one', async () => {
    const body = event({
      timestamp: 1_793_000_000_000,
      metadata: { colour: 'red', size: 3 },
      userId: newId(),
    });
    const headers = { 'x-session-id': newId() };
    const answer = await call('POST', '/events', { body, headers });
    expect([answer.status, answer.body['data']]).toEqual([202, { accepted: 1, duplicates: 0, rejected: [] }]);
    expect(reported).toEqual([
      {
        id: body.id,
        eventType: 'product_view',
        productId: PRODUCT_ID,
        timestamp: 1_793_000_000_000n,
        metadataJson: '{"colour":"red","size":3}',
        resultProductIds: [],
      },
    ]);
    upstreams.event.ingest = async () => ({ rejected: [{ index: 0, reason: 'timestamp is too old' }] });
    const refused = await call('POST', '/events', { body });
    expect([refused.status, refused.body['details']]).toEqual([
      400,
      { fields: [{ field: 'event', message: 'timestamp is too old' }] },
    ]);
  });

  it('are judged each by itself in a batch, by their place in it', async () => {
    upstreams.event.ingest = async ({ events }) => {
      reported.push(...events);
      return {
        accepted: 1,
        duplicates: 1,
        rejected: [{ index: 1, reason: 'purchase is reported by the shop' }],
      };
    };
    const body = {
      events: [{ eventType: 'dance' }, event(), 'nonsense', event({ eventType: 'purchase' }), event()],
    };
    const answer = await call('POST', '/events/batch', { body });
    expect(answer.status).toBe(202);
    expect(reported.map(({ id }) => id)).toHaveLength(3);
    expect(answer.body['data']).toMatchObject({
      accepted: 1,
      duplicates: 1,
      rejected: [
        { index: 0, reason: expect.stringContaining('id is required; eventType must be one of page_view') },
        { index: 2, reason: 'event must be an object' },
        { index: 3, reason: 'purchase is reported by the shop' },
      ],
    });
  });

  it('may come from sendBeacon: JSON as text, the visit inside', async () => {
    const visit = newId();
    const send = (rawBody: string) =>
      call('POST', '/events/batch', { rawBody, headers: { 'content-type': 'text/plain;charset=UTF-8' } });
    expect((await send(JSON.stringify({ events: [event({ sessionId: visit })] }))).status).toBe(202);
    expect(reported).toMatchObject([{ sessionId: visit }]);
    // A visit of the caller would come before the event's own.
    expect(callers).toEqual([{ role: 'anonymous' }]);
    expect((await send('{')).status).toBe(400);
  });

  it('belong to the visit of the header, else to their own, else to the one made for the request', async () => {
    const [named, own] = [newId(), newId()];
    const body = { events: [event({ sessionId: own }), event()] };
    await call('POST', '/events/batch', { body, headers: { 'x-session-id': named } });
    const unnamed = await call('POST', '/events/batch', { body });
    expect(callers.map(({ shopperSessionId }) => shopperSessionId)).toEqual([named, undefined]);
    const made = unnamed.headers.get('x-session-id');
    expect(reported.slice(2).map(({ sessionId }) => sessionId)).toEqual([own, made]);
  });

  it('are at most 500 in a batch', async () => {
    const answer = await call('POST', '/events/batch', {
      body: { events: Array.from({ length: 501 }, () => event()) },
    });
    expect(answer.body['details']).toEqual({
      fields: [{ field: 'events', message: 'must have at most 500 entries' }],
    });
    expect(reported).toEqual([]);
  });
});
