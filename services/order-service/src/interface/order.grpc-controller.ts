import { Injectable } from '@nestjs/common';
import type {
  AdvanceOrderRequest,
  AdvanceReturnRequest,
  CalculateRequest,
  CancelOrderRequest,
  CheckoutPaymentIntent,
  ConfirmRequest,
  ConfirmResponse,
  CreatePaymentIntentRequest,
  GetInvoiceRequest,
  GetOrderHistoryRequest,
  GetOrderHistoryResponse,
  GetOrderRequest,
  InvoiceDocument,
  ListInvoicesRequest,
  ListInvoicesResponse,
  ListOrdersRequest,
  ListOrdersResponse,
  ListRefundsRequest,
  ListRefundsResponse,
  ListReturnsRequest,
  ListReturnsResponse,
  Order,
  OrderServiceDefinition,
  PlaceOrderRequest,
  Quote,
  RefundOrderRequest,
  RequestReturnRequest,
  Return,
  ScanOrdersRequest,
  ScanOrdersResponse,
  SearchOrdersRequest,
  SearchReturnsRequest,
} from '@vici/proto-gen/order';
import { type GrpcHandlers, requirePermission } from '@vici/utils';
import { CheckoutHandlers } from './checkout.handlers.js';
import { InvoiceHandlers } from './invoice.handlers.js';
import { OrderHandlers } from './order.handlers.js';
import { RefundHandlers } from './refund.handlers.js';
import { ReturnHandlers } from './return.handlers.js';
import { StaffHandlers } from './staff.handlers.js';

/** The API of proto/order.proto. Who calls is known from the request's context, never from a message. */
@Injectable()
export class OrderGrpcController implements GrpcHandlers<typeof OrderServiceDefinition> {
  constructor(
    private readonly checkout: CheckoutHandlers,
    private readonly orders: OrderHandlers,
    private readonly staff: StaffHandlers,
    private readonly refunds: RefundHandlers,
    private readonly returns: ReturnHandlers,
    private readonly invoices: InvoiceHandlers,
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

  getOrder(request: GetOrderRequest): Promise<Order> {
    return this.orders.getOrder(request);
  }

  listOrders(request: ListOrdersRequest): Promise<ListOrdersResponse> {
    return this.orders.listOrders(request);
  }

  getOrderHistory(request: GetOrderHistoryRequest): Promise<GetOrderHistoryResponse> {
    return this.orders.getOrderHistory(request);
  }

  cancelOrder(request: CancelOrderRequest): Promise<Order> {
    return this.orders.cancelOrder(request);
  }

  requestReturn(request: RequestReturnRequest): Promise<Return> {
    return this.returns.requestReturn(request);
  }

  listReturns(request: ListReturnsRequest): Promise<ListReturnsResponse> {
    return this.returns.listReturns(request);
  }

  listRefunds(request: ListRefundsRequest): Promise<ListRefundsResponse> {
    return this.refunds.listRefunds(request);
  }

  listInvoices(request: ListInvoicesRequest): Promise<ListInvoicesResponse> {
    return this.invoices.listInvoices(request);
  }

  getInvoice(request: GetInvoiceRequest): Promise<InvoiceDocument> {
    return this.invoices.getInvoice(request);
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

  async refundOrder(request: RefundOrderRequest): Promise<Order> {
    requirePermission('orders:write');
    return this.refunds.refundOrder(request);
  }

  async searchReturns(request: SearchReturnsRequest): Promise<ListReturnsResponse> {
    requirePermission('orders:read');
    return this.returns.searchReturns(request);
  }

  async advanceReturn(request: AdvanceReturnRequest): Promise<Return> {
    requirePermission('orders:write');
    return this.returns.advanceReturn(request);
  }
}
