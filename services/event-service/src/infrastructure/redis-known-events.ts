import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock, DomainError, RedisClient, redisScript, runScript } from '@vici/utils';
import { z } from 'zod';
import { type Claim, KnownEvents } from '../application/ports.js';
import { REMEMBER_IDS_MS } from '../domain/event-time.js';

/** An unconfirmed claim older than this is nobody's any more: longer than a publication may take. */
const LEASE_MS = 15_000;
const ASK_AGAIN_MS = 25;
/** How long somebody else's publication is waited for. */
const WAIT_MS = 1_500;
const DONE = 'done';
const ABANDONED = 'abandoned';

/** Gives each id that has none the token of this claim; answers the tokens of the others, '' for those it gave. */
const CLAIM = redisScript(`
local found = {}
for index = 1, #KEYS do
  found[index] = redis.call('SET', KEYS[index], ARGV[1], 'NX', 'GET', 'PX', ARGV[2]) or ''
end
return found`);

/** Takes an id over from a claim that came to nothing, unless somebody else was quicker. */
const TAKE_OVER = redisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`);

const tokens = z.array(z.string());
type Outcome = 'known' | 'given up';

/**
 * Known ids in Redis, shared by all replicas. An id leads to the token of the claim it was published under, and the
 * claim has one key that says what became of it: a batch costs one script and one command, however many events it has.
 * The keys of all ids share a slot, so that the script runs on a cluster too.
 */
@Injectable()
export class RedisKnownEvents extends KnownEvents {
  constructor(
    private readonly redis: RedisClient,
    private readonly clock: Clock,
  ) {
    super();
  }

  async claim(ids: readonly string[]): Promise<Claim> {
    const token = `${this.clock.now().getTime().toString(36)}.${randomBytes(9).toString('base64url')}`;
    const answer = await runScript(this.redis, CLAIM, ids.map(idKey), [token, REMEMBER_IDS_MS]);
    const held = tokens.parse(answer);
    try {
      const outcomes = await this.outcomesOf(new Set(held.filter((other) => other !== '')));
      const fresh = new Set<string>();
      for (const [index, id] of ids.entries()) {
        const other = held[index] ?? '';
        const free =
          other === '' || (outcomes.get(other) === 'given up' && (await this.takeOver(id, other, token)));
        if (free) fresh.add(id);
      }
      return { token, fresh };
    } catch (error) {
      await this.abandon(token);
      throw error;
    }
  }

  async confirm(token: string): Promise<void> {
    await this.redis.set(claimKey(token), DONE, 'PX', REMEMBER_IDS_MS);
  }

  async abandon(token: string): Promise<void> {
    await this.redis.set(claimKey(token), ABANDONED, 'PX', REMEMBER_IDS_MS);
  }

  private async outcomesOf(others: ReadonlySet<string>): Promise<ReadonlyMap<string, Outcome>> {
    return new Map(
      await Promise.all([...others].map(async (token) => [token, await this.outcomeOf(token)] as const)),
    );
  }

  /** Waits for whoever is publishing. */
  private async outcomeOf(token: string): Promise<Outcome> {
    for (const until = performance.now() + WAIT_MS; ; await pause(ASK_AGAIN_MS)) {
      const said = await this.redis.get(claimKey(token));
      if (said === DONE) return 'known';
      const madeAt = Number.parseInt(token, 36);
      if (said === ABANDONED || this.clock.now().getTime() - madeAt > LEASE_MS) return 'given up';
      if (performance.now() > until) {
        throw new DomainError('SERVICE_UNAVAILABLE', 'The same events are being taken in at this moment.', {
          retryAfterSeconds: 1,
        });
      }
    }
  }

  private async takeOver(id: string, from: string, token: string): Promise<boolean> {
    return (await runScript(this.redis, TAKE_OVER, [idKey(id)], [from, token, REMEMBER_IDS_MS])) === 1;
  }
}

function idKey(id: string): string {
  return `event:{ids}:${id}`;
}

function claimKey(token: string): string {
  return `event:claim:${token}`;
}
