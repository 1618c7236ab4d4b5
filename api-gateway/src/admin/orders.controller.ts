import { Controller } from '@nestjs/common';
import { type OrderFilter, OrderServiceDefinition, OrderStatus } from '@vici/proto-gen/order';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { fromStatus } from '../orders/order.shapes.js';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import { fromDecimal } from '../rest/money.js';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { CsvExport } from '../streaming/csv-export.js';
import * as routes from './orders.routes.js';
import { ORDER_COLUMNS, toRefund, toStaffOrder } from './orders.shapes.js';

/** Orders read at once for an export. */
const SLICE = 200;
const SLOW = { timeoutMs: PAYMENT_TIMEOUT_MS };

type Filters = RouteInput<typeof routes.exportOrdersRoute>['query'];
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
      oldestFirst: query.sort === 'oldest',
    });
    return toPage(orders.map(toStaffOrder), page);
  }

  @Route(routes.exportOrdersRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportOrdersRoute>): Promise<RouteResult<typeof routes.exportOrdersRoute>> {
    return CsvExport.of('orders.csv', ORDER_COLUMNS, this.everyOrder(query));
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

  @Route(routes.refundOrderRoute)
  async refund({ params: { id }, body }: RouteInput<typeof routes.refundOrderRoute>): Promise<OrderAnswer> {
    const { amount, reason, restock } = body;
    const request = { id, reason, restock };
    if (amount === undefined) {
      return toStaffOrder(await this.orders.refundOrder(request, SLOW));
    }
    const { total } = await this.orders.getOrder({ id });
    const money = fromDecimal(amount, total?.currency ?? '', 'amount');
    return toStaffOrder(await this.orders.refundOrder({ ...request, amount: money }, SLOW));
  }

  @Route(routes.listRefundsRoute)
  async refunds({
    params,
  }: RouteInput<typeof routes.listRefundsRoute>): Promise<RouteResult<typeof routes.listRefundsRoute>> {
    const { refunds } = await this.orders.listRefunds({ orderId: params.id });
    return refunds.map(toRefund);
  }

  /** The whole list, slice after slice. */
  private async *everyOrder(query: Filters) {
    const [filter, oldestFirst] = [toFilter(query), query.sort === 'oldest'];
    let cursor = '';
    do {
      const { orders, nextCursor } = await this.orders.scanOrders({
        filter,
        cursor,
        limit: SLICE,
        oldestFirst,
      });
      yield* orders.map(toStaffOrder);
      cursor = nextCursor;
    } while (cursor !== '');
  }
}

function toFilter({ search, status, userId, productId, from, to, country }: Filters) {
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
