import type { Money as MoneyMessage } from '@vici/proto-gen/common';
import {
  type PaymentDifference as DifferenceMessage,
  type LedgerEntry as LedgerEntryMessage,
  type PaymentDispute as PaymentDisputeMessage,
  type PaymentIntent as PaymentIntentMessage,
  type PaymentRefund as PaymentRefundMessage,
  PaymentStatus as PaymentStatusMessage,
  type Reconciliation as ReconciliationMessage,
  type SavedPaymentMethod,
} from '@vici/proto-gen/payment';
import { invalidField, Money } from '@vici/utils';
import type { RecordedDispute, RecordedEntry, RecordedRefund } from '../application/payment.repositories.js';
import type { Reconciliation } from '../application/reconciliation/reconciliation.repository.js';
import type { PaymentDifference } from '../domain/payment-difference.js';
import type { PaymentIntent, PaymentStatus } from '../domain/payment-intent.js';
import type { SavedMethod } from '../domain/provider-intent.js';

const MAX_TEXT = 200;
/** Far above any order, far below what JSON and PostgreSQL hold exactly. */
const MAX_MINOR = 1_000_000_000_000n;

/** @throws DomainError VALIDATION_FAILED naming `field` */
export function checkedText(value: string, field: string): string {
  if (value.trim() === '' || value.length > MAX_TEXT) {
    throw invalidField(field, `must have 1 to ${MAX_TEXT} characters`);
  }
  return value;
}

/** At least one minor unit unless told otherwise. @throws DomainError VALIDATION_FAILED naming `amount` */
export function toMoney(amount: MoneyMessage | undefined, least = 1n): Money {
  if (amount === undefined) throw invalidField('amount', 'is required');
  if (amount.minor < least || amount.minor > MAX_MINOR) {
    throw invalidField('amount', `must be from ${least} to ${MAX_MINOR} minor units`);
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

const STATUSES: ReadonlyMap<PaymentStatusMessage, PaymentStatus> = new Map([
  [PaymentStatusMessage.PENDING, 'PENDING'],
  [PaymentStatusMessage.PROCESSING, 'PROCESSING'],
  [PaymentStatusMessage.SUCCEEDED, 'SUCCEEDED'],
  [PaymentStatusMessage.FAILED, 'FAILED'],
  [PaymentStatusMessage.CANCELLED, 'CANCELLED'],
]);

/** Undefined where none is asked for. */
export function toStatus(status: PaymentStatusMessage): PaymentStatus | undefined {
  return STATUSES.get(status);
}

function toMoneyMessage({ minor, currency }: Money): MoneyMessage {
  return { minor, currency };
}

export function toIntentMessage(intent: PaymentIntent): PaymentIntentMessage {
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

export function toRefundMessage(refund: RecordedRefund): PaymentRefundMessage {
  const { id, amount, reason, status, reference, createdAt } = refund;
  return { id, amount: toMoneyMessage(amount), reason, status, reference, createdAt };
}

export function toDisputeMessage(dispute: RecordedDispute): PaymentDisputeMessage {
  const { id, amount, reason, status, createdAt } = dispute;
  return { id, amount: toMoneyMessage(amount), reason, status, createdAt };
}

export function toEntryMessage(entry: RecordedEntry): LedgerEntryMessage {
  const { transactionId, account, debit, credit, createdAt } = entry;
  return { transactionId, account, debit: toMoneyMessage(debit), credit: toMoneyMessage(credit), createdAt };
}

export function toReconciliationMessage(report: Reconciliation): ReconciliationMessage {
  const { id, from, to, startedAt, finishedAt, checked, dryRun } = report;
  const differences = report.differences.map(toDifferenceMessage);
  return { id, from, to, startedAt, finishedAt, checked, dryRun, differences };
}

function toDifferenceMessage(difference: PaymentDifference): DifferenceMessage {
  const { kind, intentId, providerIntentId, orderId, ours, theirs, healed, note } = difference;
  return {
    kind,
    intentId,
    providerIntentId,
    orderId,
    ours: ours && toMoneyMessage(ours),
    theirs: theirs && toMoneyMessage(theirs),
    healed,
    note,
  };
}

export function toMethodMessage(method: SavedMethod): SavedPaymentMethod {
  const { id, kind, brand, last4, expiryMonth, expiryYear } = method;
  return { id, kind, brand, last4, expiryMonth, expiryYear };
}
