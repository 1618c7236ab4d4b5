import type { IngestRequest } from '@vici/proto-gen/event';
import { type Caller, currentCaller, DomainError, invalidField, newId, remainingMs } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { PRODUCT_ID } from '../fixtures/messages.fixture.js';

const { upstreams, call } = useGateway();

let reported: IngestRequest['events'][number][] = [];
let callers: Caller[] = [];
let batches: { readonly body: string; readonly fallback: string | undefined }[] = [];

beforeEach(() => {
  reported = [];
  callers = [];
  batches = [];
  upstreams.event.ingest = async ({ events }) => {
    reported.push(...events);
    callers.push(currentCaller());
    return { accepted: events.length };
  };
  upstreams.event.ingestJson = async ({ bodyJson, fallbackSessionId }) => {
    batches.push({ body: Buffer.from(bodyJson).toString('utf8'), fallback: fallbackSessionId });
    callers.push(currentCaller());
    return {
      accepted: 1,
      duplicates: 1,
      rejected: [{ index: 1, reason: 'purchase is reported by the shop' }],
    };
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

  it('are handed on as they were written in a batch, and answered with what became of each', async () => {
    const rawBody = ` { "events": [ ${JSON.stringify(event())}, "nonsense", {} ] }`;
    const [named, headers] = [newId(), { 'content-type': 'application/json' }];
    const answer = await call('POST', '/events/batch', {
      rawBody,
      headers: { ...headers, 'x-session-id': named },
    });
    expect([answer.status, answer.body['data']]).toEqual([
      202,
      { accepted: 1, duplicates: 1, rejected: [{ index: 1, reason: 'purchase is reported by the shop' }] },
    ]);
    expect(batches).toEqual([{ body: rawBody, fallback: undefined }]);
    expect(callers).toEqual([{ role: 'anonymous', shopperSessionId: named }]);
  });

  it('may come from sendBeacon: JSON as text or as a blob, the visit inside', async () => {
    const rawBody = JSON.stringify({ events: [event({ sessionId: newId() })] });
    for (const type of ['text/plain;charset=UTF-8', 'application/json']) {
      const answer = await call('POST', '/events/batch', { rawBody, headers: { 'content-type': type } });
      // A visit of the caller would come before the event's own; the made one is for events without any.
      expect(batches.at(-1)).toEqual({ body: rawBody, fallback: answer.headers.get('x-session-id') });
      expect(callers.at(-1)).toEqual({ role: 'anonymous' });
    }
    const single = JSON.stringify(event({ sessionId: newId() }));
    expect(
      (await call('POST', '/events', { rawBody: single, headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(202);
    expect(
      (await call('POST', '/events', { rawBody: '{', headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(400);
  });

  it('belong to the visit of the header, else to their own, else to the one made for the request', async () => {
    const [named, own] = [newId(), newId()];
    await call('POST', '/events', { body: event({ sessionId: own }), headers: { 'x-session-id': named } });
    await call('POST', '/events', { body: event({ sessionId: own }) });
    const unnamed = await call('POST', '/events', { body: event() });
    expect(callers.map(({ shopperSessionId }) => shopperSessionId)).toEqual([named, undefined, undefined]);
    expect(reported.slice(1).map(({ sessionId }) => sessionId)).toEqual([
      own,
      unnamed.headers.get('x-session-id'),
    ]);
  });

  it('have more time than the bus may take to be given up, one by one and in a batch', async () => {
    const left: (number | undefined)[] = [];
    const noting = async () => {
      left.push(remainingMs());
      return { accepted: 1 };
    };
    upstreams.event.ingest = noting;
    upstreams.event.ingestJson = noting;
    await call('POST', '/events', { body: event() });
    await call('POST', '/events/batch', { body: { events: [event()] } });
    expect(left).toHaveLength(2);
    for (const ms of left) expect(ms).toBeGreaterThan(4_000);
  });

  it('are refused as a batch with the reason of the service, and told when to come again', async () => {
    upstreams.event.ingestJson = async () => {
      throw invalidField('events', 'must have at most 500 entries');
    };
    const refused = await call('POST', '/events/batch', { body: { events: [] } });
    expect([refused.status, refused.body['details']]).toEqual([
      400,
      { fields: [{ field: 'events', message: 'must have at most 500 entries' }] },
    ]);
    upstreams.event.ingestJson = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'The spool is full.', { retryAfterSeconds: 5 });
    };
    const full = await call('POST', '/events/batch', { body: { events: [event()] } });
    expect([full.status, full.headers.get('retry-after'), full.body['message']]).toEqual([
      503,
      '5',
      'This part of the shop is not available right now; try again shortly.',
    ]);
  });
});
