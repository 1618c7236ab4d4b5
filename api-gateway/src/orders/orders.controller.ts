import { Controller } from '@nestjs/common';
import { OrderServiceDefinition } from '@vici/proto-gen/order';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { fromStatus, toHistoryEntry, toOrder } from './order.shapes.js';
import * as routes from './orders.routes.js';

const SLOW = { timeoutMs: routes.PAYMENT_TIMEOUT_MS };

type OrderAnswer = RouteResult<typeof routes.getOrderRoute>;

@Controller()
export class OrdersController {
  constructor(
    @InjectGrpc(OrderServiceDefinition) private readonly orders: GrpcClient<typeof OrderServiceDefinition>,
  ) {}

  @Route(routes.placeOrderRoute)
  async place({ body }: RouteInput<typeof routes.placeOrderRoute>): Promise<OrderAnswer> {
    return toOrder(await this.orders.placeOrder(body, SLOW));
  }

  @Route(routes.listOrdersRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listOrdersRoute>): Promise<RouteResult<typeof routes.listOrdersRoute>> {
    const { orders, page } = await this.orders.listOrders({
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
      status: fromStatus(query.status),
    });
    return toPage(orders.map(toOrder), page);
  }

  @Route(routes.getOrderRoute)
  async one({ params }: RouteInput<typeof routes.getOrderRoute>): Promise<OrderAnswer> {
    return toOrder(await this.orders.getOrder({ id: params.id }));
  }

  @Route(routes.orderHistoryRoute)
  async history({
    params,
  }: RouteInput<typeof routes.orderHistoryRoute>): Promise<RouteResult<typeof routes.orderHistoryRoute>> {
    const { entries } = await this.orders.getOrderHistory({ id: params.id });
    return entries.map(toHistoryEntry);
  }

  @Route(routes.cancelOrderRoute)
  async cancel({ params, body }: RouteInput<typeof routes.cancelOrderRoute>): Promise<OrderAnswer> {
    return toOrder(await this.orders.cancelOrder({ id: params.id, reason: body.reason }, SLOW));
  }
}
