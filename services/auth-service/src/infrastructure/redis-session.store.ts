import { Inject, Injectable } from '@nestjs/common';
import { Clock, REDIS, type Redis } from '@vici/utils';
import { type Session, SessionStore } from '../application/ports.js';

/**
 * Live sessions in Redis: the hash `session:{<user>}:<id>`, which every gateway looks up with each request, together with
 * what it counts of the user: hence the tag. It lives as long as the newest refresh token; what Redis loses, the next
 * refresh brings back.
 */
@Injectable()
export class RedisSessionStore extends SessionStore {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly clock: Clock,
  ) {
    super();
  }

  async open(session: Session, lifetimeMs: number): Promise<void> {
    const { sessionId, userId, role, userAgent, network } = session;
    const now = String(this.clock.now().getTime());
    const key = keyOf(userId, sessionId);
    await this.redis
      .multi()
      .hset(key, { userId, role, userAgent, network, lastSeen: now })
      .hsetnx(key, 'createdAt', now)
      .pexpire(key, lifetimeMs)
      .exec();
  }

  async end(userId: string, sessionId: string): Promise<void> {
    await this.redis.del(keyOf(userId, sessionId));
  }
}

function keyOf(userId: string, sessionId: string): string {
  return `session:{${userId}}:${sessionId}`;
}
