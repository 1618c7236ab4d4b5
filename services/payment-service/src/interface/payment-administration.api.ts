import { Inject, Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import type {
  GetPaymentRequest,
  ListPaymentsRequest,
  ListPaymentsResponse,
  ListReconciliationsRequest,
  ListReconciliationsResponse,
  Payment,
  ReconcileRequest,
  Reconciliation,
} from '@vici/proto-gen/payment';
import { CONFIG, notFound, parseId, requirePermission } from '@vici/utils';
import {
  DisputeRepository,
  IntentRepository,
  Ledger,
  RefundRepository,
} from '../application/payment.repositories.js';
import { ReconcilePayments } from '../application/reconciliation/reconcile-payments.use-case.js';
import { ReconciliationRepository } from '../application/reconciliation/reconciliation.repository.js';
import type { PaymentConfig } from '../payment.config.js';
import {
  toDisputeMessage,
  toEntryMessage,
  toIntentMessage,
  toReconciliationMessage,
  toRefundMessage,
  toStatus,
} from './payment.mapper.js';
import { reconcileSpan } from './reconcile-span.js';

/** The calls of administrators: what was paid, and whether the books agree. */
@Injectable()
export class PaymentAdministrationApi {
  constructor(
    private readonly intents: IntentRepository,
    private readonly refunds: RefundRepository,
    private readonly disputes: DisputeRepository,
    private readonly ledger: Ledger,
    private readonly reconciling: ReconcilePayments,
    private readonly reports: ReconciliationRepository,
    @Inject(CONFIG) private readonly config: PaymentConfig,
  ) {}

  async list(request: ListPaymentsRequest): Promise<ListPaymentsResponse> {
    requirePermission('payments:read');
    const page = requestedPage(request.page);
    const { userId, orderId, disputed, oldestFirst } = request;
    const status = toStatus(request.status);
    const filter = {
      ...(status !== undefined && { status }),
      ...(userId !== undefined && { userId: parseId<'User'>(userId, 'userId') }),
      ...(orderId !== undefined && { orderId: parseId<'Order'>(orderId, 'orderId') }),
      disputed,
      oldestFirst,
    };
    const found = await this.intents.list(filter, page);
    return { payments: found.items.map(toIntentMessage), page: pageInfoOf(found) };
  }

  async get(request: GetPaymentRequest): Promise<Payment> {
    requirePermission('payments:read');
    const id = parseId<'PaymentIntent'>(request.id, 'id');
    const intent = await this.intents.find(id);
    if (intent === undefined) throw notFound('payment', id);
    const [refunds, disputes, entries] = await Promise.all([
      this.refunds.ofIntent(id),
      this.disputes.ofIntent(id),
      this.ledger.ofIntent(id),
    ]);
    return {
      intent: toIntentMessage(intent),
      providerIntentId: intent.providerIntentId,
      refunds: refunds.map(toRefundMessage),
      disputes: disputes.map(toDisputeMessage),
      entries: entries.map(toEntryMessage),
    };
  }

  async reconcile({ from, to, dryRun }: ReconcileRequest): Promise<Reconciliation> {
    requirePermission('payments:write');
    const settledForMs = this.config.PAYMENT_SETTLED_AFTER_MS;
    const report = await this.reconciling.execute({ ...reconcileSpan(from, to), dryRun, settledForMs });
    return toReconciliationMessage(report);
  }

  async listReconciliations(request: ListReconciliationsRequest): Promise<ListReconciliationsResponse> {
    requirePermission('payments:read');
    const asked = requestedPage(request.page);
    const found = await this.reports.list(asked);
    return { reconciliations: found.items.map(toReconciliationMessage), page: pageInfoOf(found) };
  }
}
