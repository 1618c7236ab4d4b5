import { Controller } from '@nestjs/common';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportOfPages } from './list-export.js';
import * as routes from './payments.routes.js';
import {
  PAYMENT_COLUMNS,
  statusNamed,
  toPayment,
  toPaymentDetail,
  toReconciliation,
} from './payments.shapes.js';

type ListQuery = RouteInput<typeof routes.listPaymentsRoute>['query'];

@Controller()
export class AdminPaymentsController {
  constructor(
    @InjectGrpc(PaymentServiceDefinition)
    private readonly payments: GrpcClient<typeof PaymentServiceDefinition>,
  ) {}

  @Route(routes.listPaymentsRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listPaymentsRoute>): Promise<RouteResult<typeof routes.listPaymentsRoute>> {
    return await this.page(query);
  }

  @Route(routes.exportPaymentsRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportPaymentsRoute>): Promise<RouteResult<typeof routes.exportPaymentsRoute>> {
    return exportOfPages('payments.csv', PAYMENT_COLUMNS, (page) => this.page({ ...query, ...page }));
  }

  @Route(routes.getPaymentRoute)
  async one({
    params,
  }: RouteInput<typeof routes.getPaymentRoute>): Promise<RouteResult<typeof routes.getPaymentRoute>> {
    return toPaymentDetail(await this.payments.getPayment(params));
  }

  @Route(routes.reconcileRoute)
  async reconcile({
    body,
  }: RouteInput<typeof routes.reconcileRoute>): Promise<RouteResult<typeof routes.reconcileRoute>> {
    const { from, to, dryRun } = body;
    const report = await this.payments.reconcile(
      {
        ...(from !== undefined && { from: new Date(from) }),
        ...(to !== undefined && { to: new Date(to) }),
        dryRun,
      },
      { timeoutMs: routes.reconcileRoute.timeoutMs },
    );
    return toReconciliation(report);
  }

  @Route(routes.listReconciliationsRoute)
  async reports({
    query,
  }: RouteInput<typeof routes.listReconciliationsRoute>): Promise<
    RouteResult<typeof routes.listReconciliationsRoute>
  > {
    const { reconciliations, page } = await this.payments.listReconciliations({
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
    });
    return toPage(reconciliations.map(toReconciliation), page);
  }

  private async page(query: ListQuery) {
    const { page = 0, limit = 0, cursor, status, userId, orderId, disputed = false, sort } = query;
    const found = await this.payments.listPayments({
      page: { page, limit, cursor },
      status: statusNamed(status),
      userId,
      orderId,
      disputed,
      oldestFirst: sort === 'oldest',
    });
    return toPage(found.payments.map(toPayment), found.page);
  }
}
