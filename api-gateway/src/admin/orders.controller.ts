import { Controller } from '@nestjs/common';
import { type OrderFilter, OrderServiceDefinition, OrderStatus } from '@vici/proto-gen/order';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { fromStatus } from '../orders/order.shapes.js';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './orders.routes.js';
import { toStaffOrder } from './orders.shapes.js';

const SLOW = { timeoutMs: PAYMENT_TIMEOUT_MS };

type Search = RouteInput<typeof routes.searchOrdersRoute>['query'];
type Change = RouteInput<typeof routes.changeOrderRoute>['body'];
type OrderAnswer = RouteResult<typeof routes.staffOrderRoute>;

@Controller()
export class AdminOrdersController {
  constructor(
    @InjectGrpc(OrderServiceDefinition) private readonly orders: GrpcClient<typeof OrderServiceDefinition>,
  ) {}

  @Route(routes.searchOrdersRoute)
  async search({
    query,
  }: RouteInput<typeof routes.searchOrdersRoute>): Promise<RouteResult<typeof routes.searchOrdersRoute>> {
    const { orders, page } = await this.orders.searchOrders({
      filter: toFilter(query),
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
    });
    return toPage(orders.map(toStaffOrder), page);
  }

  @Route(routes.staffOrderRoute)
  async one({ params }: RouteInput<typeof routes.staffOrderRoute>): Promise<OrderAnswer> {
    return toStaffOrder(await this.orders.getOrder({ id: params.id }));
  }

  @Route(routes.changeOrderRoute)
  async change({ params, body }: RouteInput<typeof routes.changeOrderRoute>): Promise<OrderAnswer> {
    const { status, note, tracking } = body;
    if (status === 'CANCELLED') {
      return toStaffOrder(await this.orders.cancelOrder({ id: params.id, reason: note }, SLOW));
    }
    const step = { id: params.id, status: OrderStatus[status], note };
    return toStaffOrder(
      await this.orders.advanceOrder(
        tracking === undefined ? step : { ...step, tracking: toTracking(tracking) },
      ),
    );
  }
}

function toFilter({ search, status, userId, productId, from, to, country }: Omit<Search, 'page' | 'limit'>) {
  return {
    search,
    statuses: status.map(fromStatus),
    userId,
    productId,
    placedFrom: from,
    placedTo: to,
    country,
  } satisfies OrderFilter;
}

function toTracking({ estimatedDelivery, url, ...parcel }: NonNullable<Change['tracking']>) {
  return {
    ...parcel,
    url: url ?? '',
    ...(estimatedDelivery === undefined ? {} : { estimatedDelivery: new Date(estimatedDelivery) }),
  };
}
