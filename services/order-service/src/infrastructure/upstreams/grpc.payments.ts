import { Injectable } from '@nestjs/common';
import {
  type PaymentIntent as IntentMessage,
  PaymentServiceDefinition,
  PaymentStatus,
} from '@vici/proto-gen/payment';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { DomainError, type Money } from '@vici/utils/domain';
import {
  type PaymentIntent,
  type PaymentIntentStatus,
  Payments,
} from '../../application/ports/payments.port.js';
import { asSystem } from './as-system.js';
import { fromWire, toWire } from './wire-money.js';

const CALL = { timeoutMs: 3_000 };
/** A charge waits for the bank; still well inside what a shopper waits for. */
const CHARGE = { timeoutMs: 8_000 };

const STATUSES: ReadonlyMap<PaymentStatus, PaymentIntentStatus> = new Map([
  [PaymentStatus.PENDING, 'pending'],
  [PaymentStatus.PROCESSING, 'processing'],
  [PaymentStatus.SUCCEEDED, 'succeeded'],
  [PaymentStatus.FAILED, 'failed'],
  [PaymentStatus.CANCELLED, 'cancelled'],
]);

/** The payment service over gRPC, always called as the system; the saga is the system already. */
@Injectable()
export class GrpcPayments extends Payments {
  constructor(
    @InjectGrpc(PaymentServiceDefinition)
    private readonly payments: GrpcClient<typeof PaymentServiceDefinition>,
  ) {
    super();
  }

  async createIntent(userId: string, amount: Money, idempotencyKey: string): Promise<PaymentIntent> {
    const request = { userId, amount: toWire(amount) };
    return toIntent(await asSystem(() => this.payments.createIntent(request, { ...CALL, idempotencyKey })));
  }

  async getIntent(id: string): Promise<PaymentIntent> {
    return toIntent(await asSystem(() => this.payments.getIntent({ id })));
  }

  async claimIntent(id: string, orderId: string, userId: string, amount: Money): Promise<PaymentIntent> {
    return toIntent(await this.payments.claimIntent({ id, orderId, userId, amount: toWire(amount) }, CALL));
  }

  async captureIntent(
    id: string,
    orderId: string,
    paymentMethod: string,
    attempt: number,
  ): Promise<PaymentIntent> {
    return toIntent(await this.payments.captureIntent({ id, orderId, paymentMethod, attempt }, CHARGE));
  }

  async cancelIntent(id: string, reason: string): Promise<void> {
    await this.payments.cancelIntent({ id, reason }, CALL);
  }

  async refund(intentId: string, reference: string, reason: string, amount?: Money): Promise<string> {
    const request = {
      intentId,
      reference,
      reason,
      ...(amount === undefined ? {} : { amount: toWire(amount) }),
    };
    return (await this.payments.refund(request, CHARGE)).refundId;
  }

  async refundUntold(intentId: string, reference: string, reason: string): Promise<string> {
    const request = { intentId, reference, reason, tellShopper: true };
    return (await this.payments.refund(request, CHARGE)).refundId;
  }
}

function toIntent(message: IntentMessage): PaymentIntent {
  const status = STATUSES.get(message.status);
  if (status === undefined) {
    throw new DomainError('INTERNAL', 'The payment service sent an unknown status.');
  }
  return {
    id: message.id,
    clientSecret: message.clientSecret,
    amount: fromWire(message.amount, 'amount'),
    status,
    userId: message.userId,
    ...(message.orderId === undefined ? {} : { orderId: message.orderId }),
  };
}
