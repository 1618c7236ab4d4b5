import { Controller } from '@nestjs/common';
import { OrderServiceDefinition, ReturnStatus } from '@vici/proto-gen/order';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toReturn } from '../orders/order.shapes.js';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import { fromDecimal } from '../rest/money.js';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportOfPages, fieldColumns } from './list-export.js';
import * as routes from './orders.routes.js';

type ListQuery = RouteInput<typeof routes.searchReturnsRoute>['query'];

const RETURN_COLUMNS = fieldColumns(
  'id',
  'createdAt',
  'status',
  'orderId',
  'orderNumber',
  'userId',
  'reason',
  'note',
  'value',
  'refunded',
  'currency',
  'updatedAt',
);
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
    return await this.page(query);
  }

  @Route(routes.exportReturnsRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportReturnsRoute>): Promise<RouteResult<typeof routes.exportReturnsRoute>> {
    return exportOfPages('returns.csv', RETURN_COLUMNS, (page) => this.page({ ...query, ...page }));
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

  private async page({ status, page = 0, limit = 0, cursor }: ListQuery) {
    const found = await this.orders.searchReturns({
      status: status === undefined ? ReturnStatus.UNSPECIFIED : ReturnStatus[status],
      page: { page, limit, cursor },
    });
    return toPage(found.returns.map(toReturn), found.page);
  }
}
