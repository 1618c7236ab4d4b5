import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script; Redis runs it atomically and knows it by its SHA-1. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

/** Prepares a script for {@link runScript}. */
export function redisScript(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its hash, and sends its text only to a server that does not know it yet. */
export async function runScript(
  redis: Redis,
  script: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
  } catch (error) {
    // Nothing was run.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(script.source, keys.length, ...keys, ...args);
  }
}
