import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisStreamsEventBus } from '@vici/events';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import { asCaller, eventually, TcpProxy, useService, useTestRedis } from '@vici/testing';
import { Logger, newId } from '@vici/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventSpool, KnownEvents } from '../application/ports.js';
import { eventService } from '../event.service.js';

const logger = new Logger({ service: 'test', level: 'silent' });
const redis = useTestRedis();
const folder = mkdtempSync(join(tmpdir(), 'vici-spool-'));
let door: TcpProxy;
beforeAll(async () => {
  door = await TcpProxy.to(redis.url);
});
const service = useService(eventService, () => ({
  EVENT_BUS: 'redis',
  EVENT_BUS_REDIS_URL: door.url,
  INGEST_SPOOL_DIR: folder,
  INGEST_SPOOL_MAX_MB: '1',
}));
afterAll(async () => {
  await door.close();
  rmSync(folder, { recursive: true, force: true });
});

const spool = () => service.get<EventSpool>(EventSpool);
const session = newId();
const event = (text = '') => ({
  id: newId(),
  eventType: 'page_view',
  ...(text !== '' && {
    metadataJson: JSON.stringify(
      Object.fromEntries(
        Array(15)
          .fill(text)
          .map((t, i) => [i, t]),
      ),
    ),
  }),
});
const ingest = (...events: ReturnType<typeof event>[]) =>
  asCaller({ shopperSessionId: session }, () => service.client(EventServiceDefinition).ingest({ events }));

/** The ids on user-events, in order. */
async function published(): Promise<string[]> {
  const bus = new RedisStreamsEventBus(redis.url, { clientName: 'test', logger });
  const ids: string[] = [];
  await bus.readAll('user-events', ({ value }) => void ids.push(String(JSON.parse(value).id)));
  await bus.close();
  return ids;
}

it('takes events while the bus is away, knows them, and publishes them in order before any later one', async () => {
  const [before, during, later, after] = [event(), event(), event(), event()];
  await ingest(before);

  door.cut();
  expect(await ingest(during)).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
  expect(await ingest(later, during)).toEqual({ accepted: 1, duplicates: 1, rejected: [] });
  expect(spool().isEmpty).toBe(false);
  door.restore();
  expect(await ingest(after)).toMatchObject({ accepted: 1 });

  await eventually(() => expect(spool().isEmpty).toBe(true), { timeoutMs: 15_000 });
  await eventually(async () =>
    expect(await published()).toEqual([before, during, later, after].map(({ id }) => id)),
  );
});

it('turns events away once the spool is full, to come again in some seconds, and loses none it took', async () => {
  const already = await published();
  door.cut();
  const taken: string[] = [];
  const refusal = await (async () => {
    for (;;) {
      const batch = Array.from({ length: 20 }, () => event('x'.repeat(500)));
      try {
        await ingest(...batch);
        taken.push(...batch.map(({ id }) => id));
      } catch (error) {
        return { error, batch };
      }
    }
  })();
  expect(refusal.error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', details: { retryAfterSeconds: 5 } });
  expect(taken.length).toBeGreaterThan(60);
  door.restore();

  await eventually(() => expect(spool().isEmpty).toBe(true), { timeoutMs: 15_000 });
  // What was refused is as new as it was.
  expect(await ingest(...refusal.batch)).toMatchObject({ accepted: 20, duplicates: 0 });
  expect((await published()).slice(already.length)).toEqual([...taken, ...refusal.batch.map(({ id }) => id)]);
});

it('takes an id over from a process that died before it published, and from nobody else', async () => {
  const known = service.get<KnownEvents>(KnownEvents);
  const [abandoned, done] = [newId(), newId()];

  const lost = await known.claim([abandoned]);
  await known.abandon(lost.token);
  const kept = await known.claim([done]);
  await known.confirm(kept.token);

  expect((await known.claim([abandoned, done])).fresh).toEqual(new Set([abandoned]));
  const third = newId();
  await known.claim([third]);
  await expect(known.claim([third])).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});
