import { Injectable } from '@nestjs/common';
import { requestedPage } from '@vici/database';
import type {
  CancelOrderRequest,
  GetOrderHistoryRequest,
  GetOrderHistoryResponse,
  GetOrderRequest,
  ListOrdersRequest,
  ListOrdersResponse,
  Order,
} from '@vici/proto-gen/order';
import { currentCaller, isAllowed } from '@vici/utils';
import { parseId } from '@vici/utils/domain';
import { CancelOrderUseCase } from '../application/cancel-order.use-case.js';
import { GetOrderUseCase } from '../application/get-order.use-case.js';
import { GetOrderHistoryUseCase } from '../application/get-order-history.use-case.js';
import { ListOrdersUseCase } from '../application/list-orders.use-case.js';
import { toReason } from './checkout-input.js';
import { toHistoryMessage, toOrderMessage, toOrderPage, toStaffOrder, toStatus } from './order.mapper.js';

/** What shoppers do with orders they have placed. */
@Injectable()
export class OrderHandlers {
  constructor(
    private readonly orders: GetOrderUseCase,
    private readonly lists: ListOrdersUseCase,
    private readonly histories: GetOrderHistoryUseCase,
    private readonly cancellation: CancelOrderUseCase,
  ) {}

  async getOrder({ id }: GetOrderRequest): Promise<Order> {
    const order = await this.orders.execute(parseId(id, 'id'));
    return isAllowed(currentCaller().role, 'orders:read') ? toStaffOrder(order) : toOrderMessage(order);
  }

  async listOrders({ page, status }: ListOrdersRequest): Promise<ListOrdersResponse> {
    const wanted = requestedPage(page);
    return toOrderPage(await this.lists.execute(wanted, toStatus(status)), toOrderMessage);
  }

  async getOrderHistory({ id }: GetOrderHistoryRequest): Promise<GetOrderHistoryResponse> {
    const entries = await this.histories.execute(parseId(id, 'id'));
    return { entries: entries.map(toHistoryMessage) };
  }

  async cancelOrder({ id, reason }: CancelOrderRequest): Promise<Order> {
    return toOrderMessage(await this.cancellation.execute(parseId(id, 'id'), toReason(reason)));
  }
}
