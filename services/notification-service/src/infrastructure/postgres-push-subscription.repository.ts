import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import {
  type PushSubscription,
  PushSubscriptionRepository,
} from '../application/push-subscription.repository.js';
import type { NotificationTables } from './notification.tables.js';

const MOST = 10;

/** Push subscriptions in notification_db. */
@Injectable()
export class PostgresPushSubscriptionRepository extends PushSubscriptionRepository {
  constructor(@Inject(Database) private readonly database: Database<NotificationTables>) {
    super();
  }

  async save(userId: string, { endpoint, p256dh, auth }: PushSubscription): Promise<void> {
    const keys = { user_id: userId, p256dh, auth };
    await this.database.query
      .insertInto('push_subscriptions')
      .values({ endpoint, ...keys })
      .onConflict((on) => on.column('endpoint').doUpdateSet(keys))
      .execute();
    await this.database.query
      .deleteFrom('push_subscriptions')
      .where('endpoint', 'in', (inner) =>
        inner
          .selectFrom('push_subscriptions')
          .select('endpoint')
          .where('user_id', '=', userId)
          .orderBy('created_at', 'desc')
          .offset(MOST),
      )
      .execute();
  }

  async remove(userId: string, endpoint: string): Promise<void> {
    await this.database.query
      .deleteFrom('push_subscriptions')
      .where('user_id', '=', userId)
      .where('endpoint', '=', endpoint)
      .execute();
  }

  async drop(endpoint: string): Promise<void> {
    await this.database.query.deleteFrom('push_subscriptions').where('endpoint', '=', endpoint).execute();
  }

  async find(endpoint: string): Promise<PushSubscription | undefined> {
    return await this.database.query
      .selectFrom('push_subscriptions')
      .select(['endpoint', 'p256dh', 'auth'])
      .where('endpoint', '=', endpoint)
      .executeTakeFirst();
  }

  async endpointsOf(userId: string): Promise<string[]> {
    const rows = await this.database.query
      .selectFrom('push_subscriptions')
      .select('endpoint')
      .where('user_id', '=', userId)
      .execute();
    return rows.map(({ endpoint }) => endpoint);
  }
}
