import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Logger, REDIS, type Redis } from '@vici/utils';
import { z } from 'zod';
import { LiveFeed } from '../streaming/live-feed.js';

/** Where recommendation-service, or the pipeline in its place, says whose lists it has just written. */
const CHANNEL = 'rec:changed';
const changed = z.object({
  sessions: z.array(z.string()).default([]),
  users: z.array(z.string()).default([]),
});

export const channelOfSession = (sessionId: string) => `session:${sessionId}`;
export const channelOfUser = (userId: string) => `user:${userId}`;

/** Says to the open streams that a shopper's lists have changed; what they are now is read by the stream. */
@Injectable()
export class RecommendationFeed extends LiveFeed<null> implements OnModuleInit, OnModuleDestroy {
  private readonly subscriber: Redis;

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly logger: Logger,
  ) {
    super();
    // A connection that has subscribed can do nothing else. It subscribes again by itself whenever it was lost.
    this.subscriber = redis.duplicate();
    this.subscriber.on('error', (error) => this.logger.debug('Changes of lists cannot be heard', { error }));
    this.subscriber.on('message', (_channel: string, message: string) => this.tell(message));
  }

  onModuleInit(): void {
    this.subscriber.subscribe(CHANNEL).catch((error: unknown) => {
      this.logger.warn('Changes of recommendations cannot be heard yet', { error });
    });
  }

  onModuleDestroy(): void {
    this.subscriber.disconnect();
  }

  private tell(message: string): void {
    const { sessions, users } = parsed(message) ?? {};
    for (const id of sessions ?? []) this.publish(channelOfSession(id), { event: 'changed', data: null });
    for (const id of users ?? []) this.publish(channelOfUser(id), { event: 'changed', data: null });
  }
}

/** What another program says may be anything. */
function parsed(message: string): z.output<typeof changed> | undefined {
  try {
    return changed.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
