import { Controller } from '@nestjs/common';
import { NotificationAdminServiceDefinition } from '@vici/proto-gen/notification';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportOfPages } from './list-export.js';
import * as routes from './notifications.routes.js';

type ListQuery = RouteInput<typeof routes.listDeliveriesRoute>['query'];

@Controller()
export class AdminNotificationsController {
  constructor(
    @InjectGrpc(NotificationAdminServiceDefinition)
    private readonly deliveries: GrpcClient<typeof NotificationAdminServiceDefinition>,
  ) {}

  @Route(routes.listDeliveriesRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listDeliveriesRoute>): Promise<RouteResult<typeof routes.listDeliveriesRoute>> {
    return await this.page(query);
  }

  @Route(routes.exportDeliveriesRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportDeliveriesRoute>): Promise<
    RouteResult<typeof routes.exportDeliveriesRoute>
  > {
    return exportOfPages('notifications.csv', routes.DELIVERY_COLUMNS, (page) =>
      this.page({ ...query, ...page }),
    );
  }

  @Route(routes.getDeliveryRoute)
  async one({
    params,
  }: RouteInput<typeof routes.getDeliveryRoute>): Promise<RouteResult<typeof routes.getDeliveryRoute>> {
    return routes.toLoggedDelivery(await this.deliveries.getDelivery({ id: params.id }));
  }

  @Route(routes.resendDeliveryRoute)
  async resend({
    params,
  }: RouteInput<typeof routes.resendDeliveryRoute>): Promise<RouteResult<typeof routes.resendDeliveryRoute>> {
    return routes.toLoggedDelivery(await this.deliveries.resendDelivery({ id: params.id }));
  }

  private async page({ page = 0, limit = 0, cursor, sort, ...filter }: ListQuery) {
    const found = await this.deliveries.searchDeliveries({
      filter: { ...filter, oldestFirst: sort === 'oldest' },
      page: { page, limit, cursor },
    });
    return toPage(found.deliveries.map(routes.toDelivery), found.page);
  }
}
