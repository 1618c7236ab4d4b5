import { eventually, useTestRedis } from '@vici/testing';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { sessionKeyOf } from '../admission/login-session.js';
import { ProbeFeed, useProbedGateway } from '../fixtures/streaming.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const gateway = useProbedGateway({ STREAM_HEARTBEAT_MS: '50', SHUTDOWN_GRACE_MS: '15000' });
const urlOf = (path: string) => `http://127.0.0.1:${gateway.running.httpPort}/api/test${path}`;
const feed = () => gateway.get(ProbeFeed);

interface Listening {
  readonly response: Response;
  readonly events: EventSourceMessage[];
  readonly comments: string[];
  /** Settles when the server ends the stream. */
  readonly ended: Promise<void>;
  leave(): void;
}

async function listen(path: string, token?: string): Promise<Listening> {
  const leaving = new AbortController();
  const response = await fetch(urlOf(path), {
    signal: leaving.signal,
    // A kept connection would be opened anew for the next request, and hold the server up that stops.
    headers: { connection: 'close', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (event) => void events.push(event),
    onComment: (comment) => void comments.push(comment),
  });
  return {
    response,
    events,
    comments,
    ended: read(response, (text) => parser.feed(text), leaving.signal),
    leave: () => leaving.abort(),
  };
}

async function read(response: Response, take: (text: string) => void, left: AbortSignal): Promise<void> {
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) take(chunk);
  } catch (error) {
    if (!left.aborted) throw error;
  }
}

describe('a stream of events', () => {
  it('begins with what is, goes on with what changes, and gives signs of life between', async () => {
    const stream = await listen('/streams/a');
    await eventually(() => expect(stream.events).toHaveLength(1));
    feed().publish('a', { event: 'changed', data: { n: 1 }, id: '1' });
    feed().publish('b', { event: 'changed', data: { n: 99 } });
    feed().publish('a', { event: 'changed', data: { n: 2 }, id: '2' });
    await eventually(() => {
      expect(stream.events.map(({ id, event, data }) => [id, event, data])).toEqual([
        ['0', 'current', '{"n":0}'],
        ['1', 'changed', '{"n":1}'],
        ['2', 'changed', '{"n":2}'],
      ]);
      expect(stream.comments.length).toBeGreaterThan(0);
    });
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    stream.leave();
  });

  it('answers a failure before its first event like any other route', async () => {
    const response = await fetch(urlOf('/streams/missing'));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ success: false, error: 'NOT_FOUND' });
    expect(feed().hasSubscribers('missing')).toBe(false);
  });

  it('is forgotten when its client goes away', async () => {
    const stream = await listen('/streams/leaving');
    await eventually(() => expect(stream.events).toHaveLength(1));
    expect(feed().hasSubscribers('leaving')).toBe(true);
    stream.leave();
    await eventually(() => expect(feed().hasSubscribers('leaving')).toBe(false));
  });

  it('ends when the login session it belongs to does', async () => {
    const { token, userId, sessionId } = await signIn(redis.client);
    const stream = await listen('/user-streams/mine', token);
    await eventually(() => expect(stream.comments.length).toBeGreaterThan(1));
    await redis.client.del(sessionKeyOf({ userId, authSessionId: sessionId }));
    await stream.ended;
    await eventually(() => expect(feed().hasSubscribers('mine')).toBe(false));
  });

  it('needs its user', async () => {
    expect((await fetch(urlOf('/user-streams/mine'))).status).toBe(401);
  });

  it('is refused to a client that holds twenty already', async () => {
    const { token } = await signIn(redis.client);
    const streams = await Promise.all(Array.from({ length: 20 }, () => listen('/streams/many', token)));
    const response = await fetch(urlOf('/streams/many'), { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('15');
    for (const stream of streams) stream.leave();
  });
});

describe('an export', () => {
  it('is a CSV file that runs nothing in a spreadsheet, its rows read for whoever asked', async () => {
    const { token } = await signIn(redis.client, { role: 'admin' });
    const response = await fetch(urlOf('/export'), { headers: { authorization: `Bearer ${token}` } });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="things.csv"');
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe(
      '\uFEFFname,price,sold,note,for\r\n"Mug, blue ""XL""",4.5,true,,admin\r\n"\'=HYPERLINK(""http://evil"")",1,false,,admin\r\n',
    );
  });

  it('breaks off when its rows fail, so that half of it does not look whole', async () => {
    const response = await fetch(urlOf('/export?fails=yes'));
    await expect(response.text()).rejects.toThrow();
  });
});

describe('a route of the administration', () => {
  it.each([
    ['admin', 200, 200],
    ['support', 200, 403],
    ['customer', 403, 403],
  ])('answers %s %i for reading and %i for writing', async (role, reading, writing) => {
    const { token } = await signIn(redis.client, { role });
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(urlOf('/orders'), { headers })).status).toBe(reading);
    expect((await fetch(urlOf('/order-writes'), { headers })).status).toBe(writing);
  });
});

describe('a gateway that stops', () => {
  it('ends its streams instead of waiting for them', async () => {
    const stream = await listen('/streams/last');
    await eventually(() => expect(stream.events).toHaveLength(1));
    const began = performance.now();
    await gateway.running.stop();
    await stream.ended;
    // Far from the time it gives what is in flight.
    expect(performance.now() - began).toBeLessThan(7500);
  });
});
