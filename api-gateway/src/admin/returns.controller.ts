import { Controller } from '@nestjs/common';
import { OrderServiceDefinition, ReturnStatus } from '@vici/proto-gen/order';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toReturn } from '../orders/order.shapes.js';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import { fromDecimal } from '../rest/money.js';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './orders.routes.js';

const SLOW = { timeoutMs: PAYMENT_TIMEOUT_MS };

@Controller()
export class AdminReturnsController {
  constructor(
    @InjectGrpc(OrderServiceDefinition) private readonly orders: GrpcClient<typeof OrderServiceDefinition>,
  ) {}

  @Route(routes.searchReturnsRoute)
  async queue({
    query,
  }: RouteInput<typeof routes.searchReturnsRoute>): Promise<RouteResult<typeof routes.searchReturnsRoute>> {
    const { returns, page } = await this.orders.searchReturns({
      status: query.status === undefined ? ReturnStatus.UNSPECIFIED : ReturnStatus[query.status],
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
    });
    return toPage(returns.map(toReturn), page);
  }

  @Route(routes.changeReturnRoute)
  async change({
    params: { id },
    body: { status, note, amount, currency, restock },
  }: RouteInput<typeof routes.changeReturnRoute>): Promise<RouteResult<typeof routes.changeReturnRoute>> {
    const change = {
      id,
      status: ReturnStatus[status],
      note,
      restock: restock ?? [],
      noneRestocked: restock?.length === 0,
    };
    const money = amount === undefined ? undefined : fromDecimal(amount, currency, 'amount');
    return toReturn(await this.orders.advanceReturn({ ...change, amount: money }, SLOW));
  }
}
