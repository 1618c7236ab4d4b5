import { useTestRedis } from '@vici/testing';
import { createRedis, newId, type Redis } from '@vici/utils';
import { afterAll, describe, expect, it } from 'vitest';
import { SessionReader } from './session-reader.js';

const redis = useTestRedis();
let own: Redis | undefined;
afterAll(() => own?.disconnect());

/** A connection as the gateway has it: what is asked in one turn leaves together. */
function connection(): Redis {
  own ??= createRedis(redis.url);
  return own;
}

describe('the session reader', () => {
  it('asks once for requests of one session that arrive together, and again for the next', async () => {
    const reader = new SessionReader(connection());
    await redis.client.config('RESETSTAT');
    const [one, two] = [newId(), newId()];
    await redis.client.hset(`session:${one}`, { userId: 'ada', role: 'customer' });

    const states = await Promise.all([one, two, one, one].map((id) => reader.read(id)));

    expect(states).toEqual([
      { userId: 'ada', role: 'customer' },
      'ended',
      { userId: 'ada', role: 'customer' },
      { userId: 'ada', role: 'customer' },
    ]);
    expect(await redis.client.info('commandstats')).toMatch(/cmdstat_hmget:calls=2,/);
    await redis.client.del(`session:${one}`);
    expect(await reader.read(one)).toBe('ended');
  });

  it('answers nobody from before they came, however many ask while it ends', async () => {
    const reader = new SessionReader(connection());
    for (let round = 0; round < 50; round += 1) {
      const id = newId();
      await redis.client.hset(`session:${id}`, { userId: 'ada', role: 'customer' });
      const earlier = reader.read(id);
      await redis.client.del(`session:${id}`);

      expect(await reader.read(id)).toBe('ended');
      await earlier;
    }
  });
});
