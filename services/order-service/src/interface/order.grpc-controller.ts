import { Injectable } from '@nestjs/common';
import { pageRequest } from '@vici/database';
import type {
  AdvanceOrderRequest,
  CalculateRequest,
  CancelOrderRequest,
  CheckoutPaymentIntent,
  ConfirmRequest,
  ConfirmResponse,
  CreatePaymentIntentRequest,
  GetOrderHistoryRequest,
  GetOrderHistoryResponse,
  GetOrderRequest,
  ListOrdersRequest,
  ListOrdersResponse,
  Order,
  OrderServiceDefinition,
  PlaceOrderRequest,
  Quote,
  ScanOrdersRequest,
  ScanOrdersResponse,
  SearchOrdersRequest,
} from '@vici/proto-gen/order';
import { currentCaller, type GrpcHandlers, isAllowed, requirePermission } from '@vici/utils';
import { parseId } from '@vici/utils/domain';
import { CancelOrderUseCase } from '../application/cancel-order.use-case.js';
import { GetOrderUseCase } from '../application/get-order.use-case.js';
import { GetOrderHistoryUseCase } from '../application/get-order-history.use-case.js';
import { ListOrdersUseCase } from '../application/list-orders.use-case.js';
import { CheckoutHandlers } from './checkout.handlers.js';
import { toReason } from './checkout-input.js';
import { toHistoryMessage, toOrderMessage, toOrderPage, toStaffOrder, toStatus } from './order.mapper.js';
import { StaffHandlers } from './staff.handlers.js';

/** The API of proto/order.proto. Who calls is known from the request's context, never from a message. */
@Injectable()
export class OrderGrpcController implements GrpcHandlers<typeof OrderServiceDefinition> {
  constructor(
    private readonly checkout: CheckoutHandlers,
    private readonly orders: GetOrderUseCase,
    private readonly lists: ListOrdersUseCase,
    private readonly histories: GetOrderHistoryUseCase,
    private readonly cancellation: CancelOrderUseCase,
    private readonly staff: StaffHandlers,
  ) {}

  calculate(request: CalculateRequest): Promise<Quote> {
    return this.checkout.calculate(request);
  }

  createPaymentIntent(request: CreatePaymentIntentRequest): Promise<CheckoutPaymentIntent> {
    return this.checkout.createPaymentIntent(request);
  }

  confirm(request: ConfirmRequest): Promise<ConfirmResponse> {
    return this.checkout.confirm(request);
  }

  placeOrder(request: PlaceOrderRequest): Promise<Order> {
    return this.checkout.placeOrder(request);
  }

  async getOrder({ id }: GetOrderRequest): Promise<Order> {
    const order = await this.orders.execute(parseId(id, 'id'));
    return isAllowed(currentCaller().role, 'orders:read') ? toStaffOrder(order) : toOrderMessage(order);
  }

  async listOrders({ page, status }: ListOrdersRequest): Promise<ListOrdersResponse> {
    const wanted = pageRequest(page?.page || undefined, page?.limit || undefined);
    return toOrderPage(await this.lists.execute(wanted, toStatus(status)), toOrderMessage);
  }

  async getOrderHistory({ id }: GetOrderHistoryRequest): Promise<GetOrderHistoryResponse> {
    const entries = await this.histories.execute(parseId(id, 'id'));
    return { entries: entries.map(toHistoryMessage) };
  }

  async cancelOrder({ id, reason }: CancelOrderRequest): Promise<Order> {
    return toOrderMessage(await this.cancellation.execute(parseId(id, 'id'), toReason(reason)));
  }

  async searchOrders(request: SearchOrdersRequest): Promise<ListOrdersResponse> {
    requirePermission('orders:read');
    return this.staff.searchOrders(request);
  }

  async scanOrders(request: ScanOrdersRequest): Promise<ScanOrdersResponse> {
    requirePermission('orders:read');
    return this.staff.scanOrders(request);
  }

  async advanceOrder(request: AdvanceOrderRequest): Promise<Order> {
    requirePermission('orders:write');
    return this.staff.advanceOrder(request);
  }
}
