import { Controller } from '@nestjs/common';
import { NotificationServiceDefinition } from '@vici/proto-gen/notification';
import { type GrpcClient, InjectGrpc, requireUserId } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { NotificationFeed } from './notification.feed.js';
import * as routes from './notifications.routes.js';

@Controller()
export class NotificationsController {
  constructor(
    @InjectGrpc(NotificationServiceDefinition)
    private readonly inbox: GrpcClient<typeof NotificationServiceDefinition>,
    private readonly feed: NotificationFeed,
  ) {}

  @Route(routes.listNotificationsRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listNotificationsRoute>): Promise<
    RouteResult<typeof routes.listNotificationsRoute>
  > {
    const { notifications, page, unread } = await this.inbox.listNotifications({
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
    });
    return { ...toPage(notifications.map(routes.toNotification), page), unread };
  }

  @Route(routes.markReadRoute)
  async markRead({
    params,
  }: RouteInput<typeof routes.markReadRoute>): Promise<RouteResult<typeof routes.markReadRoute>> {
    return routes.toNotification(await this.inbox.markRead({ id: params.id }));
  }

  @Route(routes.markAllReadRoute)
  async markAllRead(): Promise<RouteResult<typeof routes.markAllReadRoute>> {
    return await this.inbox.markAllRead({});
  }

  @Route(routes.notificationStreamRoute)
  stream(): Promise<RouteResult<typeof routes.notificationStreamRoute>> {
    return this.feed.follow(requireUserId(), async () => {
      const { unread } = await this.inbox.listNotifications({ page: { page: 1, limit: 1 } });
      return [{ event: 'unread', data: { unread } }];
    });
  }

  @Route(routes.watchProductRoute)
  async watch({
    params,
  }: RouteInput<typeof routes.watchProductRoute>): Promise<RouteResult<typeof routes.watchProductRoute>> {
    await this.inbox.watchProduct({ productId: params.id });
    return null;
  }

  @Route(routes.unwatchProductRoute)
  async unwatch({
    params,
  }: RouteInput<typeof routes.unwatchProductRoute>): Promise<RouteResult<typeof routes.unwatchProductRoute>> {
    await this.inbox.unwatchProduct({ productId: params.id });
    return null;
  }

  @Route(routes.pushKeyRoute)
  async pushKey(): Promise<RouteResult<typeof routes.pushKeyRoute>> {
    return await this.inbox.getPushKey({});
  }

  @Route(routes.subscribePushRoute)
  async subscribePush({
    body,
  }: RouteInput<typeof routes.subscribePushRoute>): Promise<RouteResult<typeof routes.subscribePushRoute>> {
    await this.inbox.subscribePush({ endpoint: body.endpoint, ...body.keys });
    return null;
  }

  @Route(routes.unsubscribePushRoute)
  async unsubscribePush({
    query,
  }: RouteInput<typeof routes.unsubscribePushRoute>): Promise<
    RouteResult<typeof routes.unsubscribePushRoute>
  > {
    await this.inbox.unsubscribePush({ endpoint: query.endpoint });
    return null;
  }

  @Route(routes.unsubscribeRoute)
  async unsubscribe({
    query,
  }: RouteInput<typeof routes.unsubscribeRoute>): Promise<RouteResult<typeof routes.unsubscribeRoute>> {
    await this.inbox.unsubscribe({ token: query.token });
    return { unsubscribed: true };
  }
}
