import { Injectable } from '@nestjs/common';
import type { Money as MoneyMessage } from '@vici/proto-gen/common';
import {
  type CancelIntentRequest,
  type CaptureIntentRequest,
  type ClaimIntentRequest,
  type CreateIntentRequest,
  type GetIntentRequest,
  type PaymentIntent as PaymentIntentMessage,
  type PaymentServiceDefinition,
  PaymentStatus as PaymentStatusMessage,
  type RefundRequest,
  type RefundResponse,
} from '@vici/proto-gen/payment';
import {
  currentCaller,
  currentContext,
  type GrpcHandlers,
  invalidField,
  Money,
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
import { RefundPayment } from '../application/refund-payment.use-case.js';
import type { PaymentIntent, PaymentStatus } from '../domain/payment-intent.js';
import { checkedPaymentMethod } from '../domain/payment-method.js';

const MAX_TEXT = 200;
/** Far above any order, far below what JSON and PostgreSQL hold exactly. */
const MAX_MINOR = 1_000_000_000_000n;

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
  ) {}

  async createIntent({ userId, amount }: CreateIntentRequest): Promise<PaymentIntentMessage> {
    requireRole('system', 'admin');
    const user = parseId<'User'>(userId, 'userId');
    const key = currentContext()?.idempotencyKey ?? newId();
    return toMessage(await this.opening.execute(user, toMoney(amount), checkedText(key, 'idempotencyKey')));
  }

  async getIntent({ id }: GetIntentRequest): Promise<PaymentIntentMessage> {
    const intentId = parseId<'PaymentIntent'>(id, 'id');
    const { role, userId } = currentCaller();
    const intent = await this.intents.find(intentId);
    const mayLook =
      role === 'system' || role === 'admin' || (userId !== undefined && intent?.userId === userId);
    if (intent === undefined || !mayLook) throw notFound('payment intent', intentId);
    return toMessage(intent);
  }

  async claimIntent({ id, orderId, userId, amount }: ClaimIntentRequest): Promise<PaymentIntentMessage> {
    requireRole('system', 'admin');
    const intent = await this.claiming.execute(parseId<'PaymentIntent'>(id, 'id'), {
      orderId: parseId<'Order'>(orderId, 'orderId'),
      userId: parseId<'User'>(userId, 'userId'),
      amount: toMoney(amount),
    });
    return toMessage(intent);
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
    return toMessage(intent);
  }

  async cancelIntent({ id }: CancelIntentRequest): Promise<PaymentIntentMessage> {
    requireRole('system', 'admin');
    return toMessage(await this.cancelling.execute(parseId<'PaymentIntent'>(id, 'id')));
  }

  async refund({ intentId, amount, reason, reference }: RefundRequest): Promise<RefundResponse> {
    requireRole('system', 'admin');
    const { refundId, intent } = await this.refunding.execute({
      intentId: parseId<'PaymentIntent'>(intentId, 'intentId'),
      amount: amount === undefined ? undefined : toMoney(amount),
      reason: checkedText(reason, 'reason'),
      reference: checkedText(reference, 'reference'),
    });
    return { refundId, intent: toMessage(intent) };
  }
}

function checkedText(value: string, field: string): string {
  if (value.trim() === '' || value.length > MAX_TEXT) {
    throw invalidField(field, `must have 1 to ${MAX_TEXT} characters`);
  }
  return value;
}

function toMoney(amount: MoneyMessage | undefined): Money {
  if (amount === undefined) throw invalidField('amount', 'is required');
  if (amount.minor <= 0n || amount.minor > MAX_MINOR) {
    throw invalidField('amount', `must be from 1 to ${MAX_MINOR} minor units`);
  }
  return Money.of(amount.minor, amount.currency);
}

const STATUS_MESSAGES: Readonly<Record<PaymentStatus, PaymentStatusMessage>> = {
  PENDING: PaymentStatusMessage.PENDING,
  PROCESSING: PaymentStatusMessage.PROCESSING,
  SUCCEEDED: PaymentStatusMessage.SUCCEEDED,
  FAILED: PaymentStatusMessage.FAILED,
  CANCELLED: PaymentStatusMessage.CANCELLED,
};

function toMoneyMessage({ minor, currency }: Money): MoneyMessage {
  return { minor, currency };
}

function toMessage(intent: PaymentIntent): PaymentIntentMessage {
  const { id, clientSecret, status, userId, orderId, declineCode, provider, createdAt } = intent;
  return {
    id,
    clientSecret,
    amount: toMoneyMessage(intent.amount),
    status: STATUS_MESSAGES[status],
    userId,
    orderId,
    captured: toMoneyMessage(intent.captured),
    refunded: toMoneyMessage(intent.refunded),
    declineCode,
    provider,
    createdAt,
  };
}
