import { useTestRedis } from '@vici/testing';
import { createRedis, newId, type Redis } from '@vici/utils';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionKeyOf } from './login-session.js';
import { SessionReader } from './session-reader.js';

const redis = useTestRedis();
let own: Redis | undefined;
afterAll(() => own?.disconnect());

/** A connection as the gateway has it: what is asked in one turn leaves together. */
function connection(): Redis {
  own ??= createRedis(redis.url);
  return own;
}

const keyOf = (authSessionId: string) => sessionKeyOf({ userId: 'ada', authSessionId });

describe('the session reader', () => {
  it('asks once for requests of one session that arrive together, and again for the next', async () => {
    const reader = new SessionReader(connection());
    const [one, two] = [newId(), newId()];
    await redis.client.hset(keyOf(one), { userId: 'ada', role: 'customer' });

    const asked = await redis.commandsOf(async () => {
      const states = await Promise.all([one, two, one, one].map((id) => reader.read(keyOf(id))));
      expect(states).toEqual([{ role: 'customer' }, 'ended', { role: 'customer' }, { role: 'customer' }]);
    });

    expect(asked.filter((command) => command === 'hget')).toHaveLength(2);
    await redis.client.del(keyOf(one));
    expect(await reader.read(keyOf(one))).toBe('ended');
  });

  it('answers nobody from before they came, however many ask while it ends', async () => {
    const reader = new SessionReader(connection());
    for (let round = 0; round < 50; round += 1) {
      const id = newId();
      await redis.client.hset(keyOf(id), { userId: 'ada', role: 'customer' });
      const earlier = reader.read(keyOf(id));
      await redis.client.del(keyOf(id));

      expect(await reader.read(keyOf(id))).toBe('ended');
      await earlier;
    }
  });
});
