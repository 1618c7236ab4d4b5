import { Controller } from '@nestjs/common';
import { InvoiceKind, OrderServiceDefinition } from '@vici/proto-gen/order';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toDecimal } from '../rest/money.js';
import { toInstant, toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { PdfDocument } from '../routing/pdf-document.js';
import { Route } from '../routing/route.decorator.js';
import { OrderFeed } from './order.feed.js';
import { fromStatus, toHistoryEntry, toOrder, toOrderChange, toReturn } from './order.shapes.js';
import * as routes from './orders.routes.js';

const SLOW = { timeoutMs: routes.PAYMENT_TIMEOUT_MS };

type OrderAnswer = RouteResult<typeof routes.getOrderRoute>;

@Controller()
export class OrdersController {
  constructor(
    @InjectGrpc(OrderServiceDefinition) private readonly orders: GrpcClient<typeof OrderServiceDefinition>,
    private readonly feed: OrderFeed,
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

  @Route(routes.orderStreamRoute)
  stream({
    params: { id },
  }: RouteInput<typeof routes.orderStreamRoute>): Promise<RouteResult<typeof routes.orderStreamRoute>> {
    return this.feed.follow(id, async () => [
      { event: 'order', data: toOrderChange(await this.orders.getOrder({ id })) },
    ]);
  }

  @Route(routes.invoiceRoute)
  async invoice({
    params,
    query,
  }: RouteInput<typeof routes.invoiceRoute>): Promise<RouteResult<typeof routes.invoiceRoute>> {
    const { invoice, pdf } = await this.orders.getInvoice({ orderId: params.id, number: query.number }, SLOW);
    return new PdfDocument(`${invoice?.number ?? 'invoice'}.pdf`, Buffer.from(pdf));
  }

  @Route(routes.listInvoicesRoute)
  async invoices({
    params,
  }: RouteInput<typeof routes.listInvoicesRoute>): Promise<RouteResult<typeof routes.listInvoicesRoute>> {
    const { invoices } = await this.orders.listInvoices({ orderId: params.id });
    return invoices.map(({ number, kind, total, issuedAt }) => ({
      number,
      kind: kind === InvoiceKind.CREDIT_NOTE ? 'CREDIT_NOTE' : 'INVOICE',
      total: toDecimal(total),
      currency: total?.currency ?? '',
      issuedAt: toInstant(issuedAt),
    }));
  }

  @Route(routes.requestReturnRoute)
  async requestReturn({
    params,
    body,
  }: RouteInput<typeof routes.requestReturnRoute>): Promise<RouteResult<typeof routes.requestReturnRoute>> {
    return toReturn(await this.orders.requestReturn({ orderId: params.id, ...body }));
  }

  @Route(routes.listReturnsRoute)
  async returns({
    params,
  }: RouteInput<typeof routes.listReturnsRoute>): Promise<RouteResult<typeof routes.listReturnsRoute>> {
    const { returns } = await this.orders.listReturns({ orderId: params.id });
    return returns.map(toReturn);
  }
}
