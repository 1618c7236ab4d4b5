import { Controller } from '@nestjs/common';
import { NotificationServiceDefinition } from '@vici/proto-gen/notification';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { listNotificationsRoute, markReadRoute, toNotification } from './notifications.routes.js';

@Controller()
export class NotificationsController {
  constructor(
    @InjectGrpc(NotificationServiceDefinition)
    private readonly inbox: GrpcClient<typeof NotificationServiceDefinition>,
  ) {}

  @Route(listNotificationsRoute)
  async list({
    query,
  }: RouteInput<typeof listNotificationsRoute>): Promise<RouteResult<typeof listNotificationsRoute>> {
    const { notifications, page, unread } = await this.inbox.listNotifications({
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
    });
    return { ...toPage(notifications.map(toNotification), page), unread };
  }

  @Route(markReadRoute)
  async markRead({ params }: RouteInput<typeof markReadRoute>): Promise<RouteResult<typeof markReadRoute>> {
    return toNotification(await this.inbox.markRead({ id: params.id }));
  }
}
