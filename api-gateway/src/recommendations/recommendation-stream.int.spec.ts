import { Placement } from '@vici/proto-gen/recommendation';
import { eventually, useTestRedis } from '@vici/testing';
import { currentCaller, newId } from '@vici/utils';
import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';

const redis = useTestRedis();
const gateway = useGateway();

describe("the stream of a shopper's recommendations", () => {
  it('gives them now, and again for that shopper each time they have changed', async () => {
    const [session, stranger] = [newId(), newId()];
    const asked: unknown[] = [];
    gateway.upstreams.recommendation.recommend = async (request) => {
      asked.push([request.placement, request.limit, currentCaller().shopperSessionId]);
      return { items: [], source: 'session', recommendationId: String(asked.length) };
    };
    const seen: string[] = [];
    const leaving = new AbortController();
    const response = await fetch(`${gateway.url}/api/recommendations/stream?limit=3`, {
      signal: leaving.signal,
      headers: { connection: 'close', 'x-session-id': session },
    });
    const parser = createParser({ onEvent: ({ event, data }) => void seen.push(`${event} ${data}`) });
    const reading = (async () => {
      for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(text);
    })().catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error;
    });
    const listOf = (id: number) =>
      `recommendations ${JSON.stringify({ items: [], source: 'session', recommendationId: String(id) })}`;

    await eventually(() => expect(seen).toEqual([listOf(1)]));
    // The gateway of this test, not one of another file, has begun to listen.
    const subscribers = new RegExp(` db=${redis.client.options.db} sub=1 `);
    await eventually(async () =>
      expect(await redis.client.client('LIST', 'TYPE', 'PUBSUB')).toMatch(subscribers),
    );
    await redis.client.publish('rec:changed', 'not JSON');
    await redis.client.publish('rec:changed', JSON.stringify({ sessions: [stranger], users: [] }));
    await redis.client.publish('rec:changed', JSON.stringify({ sessions: [session] }));

    await eventually(() => expect(seen).toEqual([listOf(1), listOf(2)]));
    expect(asked).toEqual([
      [Placement.SESSION, 3, session],
      [Placement.SESSION, 3, session],
    ]);
    leaving.abort();
    await reading;
  });
});
