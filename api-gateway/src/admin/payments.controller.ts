import { Controller } from '@nestjs/common';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './payments.routes.js';
import { statusNamed, toPayment, toPaymentDetail, toReconciliation } from './payments.shapes.js';

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
    const { payments, page } = await this.payments.listPayments({
      page: { page: query.page ?? 0, limit: query.limit ?? 0 },
      status: statusNamed(query.status),
      userId: query.userId,
      orderId: query.orderId,
      disputed: query.disputed ?? false,
    });
    return toPage(payments.map(toPayment), page);
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
}
