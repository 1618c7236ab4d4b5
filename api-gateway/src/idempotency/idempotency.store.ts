import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, isErrorCode, newId, REDIS, type Redis } from '@vici/utils';
import type { Result } from 'ioredis';
import { z } from 'zod';
import type { RequestFingerprint } from './request-fingerprint.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** Replaces the value, if it is still `expected`, by `value` for `ttlMs`; deletes it when `value` is empty. */
    viciReplaceIfEqual(key: string, expected: string, value: string, ttlMs: number): Result<number, Context>;
  }
}

const REPLACE_IF_EQUAL = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`;

/** Answers are kept this long, in milliseconds. */
const KEEP_MS = 86_400_000;
/** A gateway that died leaves its claim this long; longer than any request may take. In milliseconds. */
const CLAIM_MS = 30_000;
/** How long a second request waits for the first one's answer, in milliseconds. */
const WAIT_MS = 2000;
const POLL_MS = 50;

const recordSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), hash: z.string(), claim: z.string() }),
  z.object({ state: z.literal('done'), hash: z.string(), sealed: z.string() }),
]);

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('answer'),
    status: z.int(),
    message: z.string().optional(),
    data: z.unknown(),
    shopperSessionId: z.string(),
  }),
  z.object({
    kind: z.literal('failure'),
    code: z.string().refine(isErrorCode),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
]);

/** How the first request with a key ended. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** This request is the first: it runs, and then settles the claim. */
export interface Claim {
  readonly key: string;
  readonly value: string;
}

/** Remembers in Redis, for all gateways, which keys are being answered and how they were. */
@Injectable()
export class IdempotencyStore {
  constructor(@Inject(REDIS) private readonly redis: Redis) {
    redis.defineCommand('viciReplaceIfEqual', { numberOfKeys: 1, lua: REPLACE_IF_EQUAL });
  }

  /**
   * The right to run the request, or the outcome of the one that ran.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS; whatever Redis throws
   */
  async begin(request: RequestFingerprint): Promise<Claim | Outcome> {
    const key = `idempotency:${request.name}`;
    const value = JSON.stringify({ state: 'running', hash: request.contentHash, claim: newId() });
    for (const giveUpAt = Date.now() + WAIT_MS; ; ) {
      const stored = await this.redis.set(key, value, 'PX', CLAIM_MS, 'NX', 'GET');
      if (stored === null) {
        return { key, value };
      }
      const record = recordSchema.parse(JSON.parse(stored));
      if (record.hash !== request.contentHash) {
        throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request.');
      }
      if (record.state === 'done') {
        return outcomeSchema.parse(JSON.parse(request.open(record.sealed)));
      }
      if (Date.now() >= giveUpAt) {
        throw new DomainError('REQUEST_IN_PROGRESS', 'The first request with this key is still running.', {
          retryAfterSeconds: 1,
        });
      }
      await sleep(POLL_MS);
    }
  }

  /** Keeps the outcome for 24 hours, unless the claim has lapsed. */
  async settle(claim: Claim, request: RequestFingerprint, outcome: Outcome): Promise<void> {
    const record = {
      state: 'done',
      hash: request.contentHash,
      sealed: request.seal(JSON.stringify(outcome)),
    };
    await this.redis.viciReplaceIfEqual(claim.key, claim.value, JSON.stringify(record), KEEP_MS);
  }

  /** Forgets the claim: the request may be tried again. */
  async release(claim: Claim): Promise<void> {
    await this.redis.viciReplaceIfEqual(claim.key, claim.value, '', 0);
  }
}
