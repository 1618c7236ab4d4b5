import { Injectable } from '@nestjs/common';
import type {
  CancelIntentRequest,
  CaptureIntentRequest,
  ClaimIntentRequest,
  CreateIntentRequest,
  GetIntentRequest,
  GetPaymentRequest,
  ListPaymentMethodsResponse,
  ListPaymentsRequest,
  ListPaymentsResponse,
  ListReconciliationsRequest,
  ListReconciliationsResponse,
  Payment,
  PaymentIntent as PaymentIntentMessage,
  PaymentServiceDefinition,
  ReceiveWebhookRequest,
  ReceiveWebhookResponse,
  ReconcileRequest,
  Reconciliation,
  RefundRequest,
  RefundResponse,
  RemovePaymentMethodRequest,
  RemovePaymentMethodResponse,
  SavedPaymentMethod,
  SavePaymentMethodRequest,
} from '@vici/proto-gen/payment';
import {
  currentCaller,
  currentContext,
  type GrpcHandlers,
  invalidField,
  newId,
  notFound,
  parseId,
  requireRole,
} from '@vici/utils';
import { CancelIntent } from '../application/cancel-intent.use-case.js';
import { CaptureIntent } from '../application/capture-intent.use-case.js';
import { ClaimIntent } from '../application/claim-intent.use-case.js';
import { OpenIntent } from '../application/open-intent.use-case.js';
import { IntentRepository } from '../application/payment.repositories.js';
import { PaymentProvider } from '../application/payment-provider.js';
import { ReceiveWebhook } from '../application/receive-webhook.use-case.js';
import { RefundPayment } from '../application/refund-payment.use-case.js';
import { checkedPaymentMethod } from '../domain/payment-method.js';
import { checkedText, toIntentMessage, toMoney } from './payment.mapper.js';
import { PaymentAdministrationApi } from './payment-administration.api.js';
import { PaymentMethodsApi } from './payment-methods.api.js';

/** The gRPC API of payment-service: for the system and admins; a shopper may look at their own intents. */
@Injectable()
export class PaymentGrpcController implements GrpcHandlers<typeof PaymentServiceDefinition> {
  constructor(
    private readonly intents: IntentRepository,
    private readonly opening: OpenIntent,
    private readonly claiming: ClaimIntent,
    private readonly capturing: CaptureIntent,
    private readonly cancelling: CancelIntent,
    private readonly refunding: RefundPayment,
    private readonly webhook: ReceiveWebhook,
    private readonly provider: PaymentProvider,
    private readonly methods: PaymentMethodsApi,
    private readonly administration: PaymentAdministrationApi,
  ) {}

  async createIntent({ userId, amount }: CreateIntentRequest): Promise<PaymentIntentMessage> {
    requireRole('system', 'admin');
    const user = parseId<'User'>(userId, 'userId');
    const key = currentContext()?.idempotencyKey ?? newId();
    return toIntentMessage(
      await this.opening.execute(user, toMoney(amount, 0n), checkedText(key, 'idempotencyKey')),
    );
  }

  async getIntent({ id }: GetIntentRequest): Promise<PaymentIntentMessage> {
    const intentId = parseId<'PaymentIntent'>(id, 'id');
    const { role, userId } = currentCaller();
    const intent = await this.intents.find(intentId);
    const mayLook =
      role === 'system' || role === 'admin' || (userId !== undefined && intent?.userId === userId);
    if (intent === undefined || !mayLook) throw notFound('payment intent', intentId);
    return toIntentMessage(intent);
  }

  async claimIntent({ id, orderId, userId, amount }: ClaimIntentRequest): Promise<PaymentIntentMessage> {
    requireRole('system', 'admin');
    const intent = await this.claiming.execute(parseId<'PaymentIntent'>(id, 'id'), {
      orderId: parseId<'Order'>(orderId, 'orderId'),
      userId: parseId<'User'>(userId, 'userId'),
      amount: toMoney(amount, 0n),
    });
    return toIntentMessage(intent);
  }

  async captureIntent(request: CaptureIntentRequest): Promise<PaymentIntentMessage> {
    requireRole('system', 'admin');
    if (request.attempt < 0) throw invalidField('attempt', 'must not be negative');
    const intent = await this.capturing.execute({
      id: parseId<'PaymentIntent'>(request.id, 'id'),
      orderId: parseId<'Order'>(request.orderId, 'orderId'),
      paymentMethod: checkedPaymentMethod(request.paymentMethod),
      attempt: request.attempt,
    });
    return toIntentMessage(intent);
  }

  async cancelIntent({ id }: CancelIntentRequest): Promise<PaymentIntentMessage> {
    requireRole('system', 'admin');
    return toIntentMessage(await this.cancelling.execute(parseId<'PaymentIntent'>(id, 'id')));
  }

  async refund({ intentId, amount, reason, reference, tellShopper }: RefundRequest): Promise<RefundResponse> {
    requireRole('system', 'admin');
    const { refundId, intent } = await this.refunding.execute({
      intentId: parseId<'PaymentIntent'>(intentId, 'intentId'),
      amount: amount === undefined ? undefined : toMoney(amount),
      reason: checkedText(reason, 'reason'),
      reference: checkedText(reference, 'reference'),
      tellShopper,
    });
    return { refundId, intent: toIntentMessage(intent) };
  }

  /** Whoever brings it: the provider's signature decides. */
  async receiveWebhook(request: ReceiveWebhookRequest): Promise<ReceiveWebhookResponse> {
    if (request.provider !== this.provider.name) throw notFound('payment provider', request.provider);
    await this.webhook.execute(Buffer.from(request.body).toString('utf8'), request.signature);
    return {};
  }

  listPaymentMethods(): Promise<ListPaymentMethodsResponse> {
    return this.methods.list();
  }

  savePaymentMethod(request: SavePaymentMethodRequest): Promise<SavedPaymentMethod> {
    return this.methods.save(request);
  }

  removePaymentMethod(request: RemovePaymentMethodRequest): Promise<RemovePaymentMethodResponse> {
    return this.methods.remove(request);
  }

  listPayments(request: ListPaymentsRequest): Promise<ListPaymentsResponse> {
    return this.administration.list(request);
  }

  getPayment(request: GetPaymentRequest): Promise<Payment> {
    return this.administration.get(request);
  }

  reconcile(request: ReconcileRequest): Promise<Reconciliation> {
    return this.administration.reconcile(request);
  }

  listReconciliations(request: ListReconciliationsRequest): Promise<ListReconciliationsResponse> {
    return this.administration.listReconciliations(request);
  }
}
