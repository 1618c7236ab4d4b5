import type { Money } from '@vici/proto-gen/common';
import {
  type LedgerEntry,
  type Payment,
  type PaymentIntent,
  PaymentStatus,
  type Reconciliation,
} from '@vici/proto-gen/payment';
import { DomainError } from '@vici/utils';
import { z } from 'zod';
import { toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';
import { fieldColumns } from './list-export.js';

/** How a payment stands, in the words of the administration. */
export const PAYMENT_STATUSES = ['PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
type StatusWord = (typeof PAYMENT_STATUSES)[number];

const WORDS: ReadonlyMap<PaymentStatus, StatusWord> = new Map([
  [PaymentStatus.PENDING, 'PENDING'],
  [PaymentStatus.PROCESSING, 'PROCESSING'],
  [PaymentStatus.SUCCEEDED, 'SUCCEEDED'],
  [PaymentStatus.FAILED, 'FAILED'],
  [PaymentStatus.CANCELLED, 'CANCELLED'],
]);

/** The status a filter asks for. */
export function statusNamed(word: StatusWord | undefined): PaymentStatus {
  const found = [...WORDS].find(([, name]) => name === word);
  return found?.[0] ?? PaymentStatus.UNSPECIFIED;
}

const paymentFields = {
  id: z.uuid(),
  userId: z.uuid(),
  orderId: z.uuid().optional(),
  provider: z.string(),
  status: z.enum(PAYMENT_STATUSES),
  amount,
  captured: amount,
  refunded: amount,
  currency: z.string(),
  declineCode: z.string().optional(),
  createdAt: instant,
};

export const paymentShape = z.object(paymentFields).meta({ id: 'Payment' });

/** A payment as a row of an export. */
export const PAYMENT_COLUMNS = fieldColumns(
  'id',
  'createdAt',
  'status',
  'userId',
  'orderId',
  'provider',
  'amount',
  'captured',
  'refunded',
  'currency',
  'declineCode',
);

export const paymentDetailShape = z
  .object({
    ...paymentFields,
    providerIntentId: z.string().optional(),
    refunds: z.array(
      z.object({ id: z.uuid(), amount, reason: z.string(), status: z.string(), createdAt: instant }),
    ),
    disputes: z.array(
      z.object({ id: z.string(), amount, reason: z.string(), status: z.string(), createdAt: instant }),
    ),
    ledger: z.array(
      z.object({
        transactionId: z.uuid(),
        account: z.string(),
        debit: amount,
        credit: amount,
        createdAt: instant,
      }),
    ),
  })
  .meta({ id: 'PaymentDetail' });

export const reconciliationShape = z
  .object({
    id: z.uuid(),
    from: instant,
    to: instant,
    startedAt: instant,
    finishedAt: instant,
    dryRun: z.boolean(),
    checked: z.int(),
    differences: z.array(
      z.object({
        kind: z.string(),
        paymentId: z.string().optional(),
        providerIntentId: z.string().optional(),
        orderId: z.string().optional(),
        ours: amount.optional(),
        theirs: amount.optional(),
        currency: z.string().optional(),
        healed: z.boolean(),
        note: z.string(),
      }),
    ),
  })
  .meta({ id: 'Reconciliation' });

export function toPayment(intent: PaymentIntent): z.output<typeof paymentShape> {
  const { id, userId, orderId, provider, declineCode } = intent;
  const status = WORDS.get(intent.status);
  if (status === undefined) {
    throw new DomainError('INTERNAL', 'A payment has an unknown status.');
  }
  return {
    id,
    userId,
    orderId,
    provider,
    status,
    amount: toDecimal(intent.amount),
    captured: toDecimal(intent.captured),
    refunded: toDecimal(intent.refunded),
    currency: intent.amount?.currency ?? '',
    declineCode,
    createdAt: toInstant(intent.createdAt),
  };
}

export function toPaymentDetail(payment: Payment): z.output<typeof paymentDetailShape> {
  const { intent, providerIntentId, refunds, disputes, entries } = payment;
  if (intent === undefined) {
    throw new DomainError('INTERNAL', 'A payment came without itself.');
  }
  return {
    ...toPayment(intent),
    providerIntentId,
    refunds: refunds.map(toMovement),
    disputes: disputes.map(toMovement),
    ledger: entries.map(toEntry),
  };
}

interface Movement {
  readonly id: string;
  readonly amount: Money | undefined;
  readonly reason: string;
  readonly status: string;
  readonly createdAt: Date | undefined;
}

function toMovement({ id, amount: moved, reason, status, createdAt }: Movement) {
  return { id, amount: toDecimal(moved), reason, status, createdAt: toInstant(createdAt) };
}

function toEntry({ transactionId, account, debit, credit, createdAt }: LedgerEntry) {
  return {
    transactionId,
    account,
    debit: toDecimal(debit),
    credit: toDecimal(credit),
    createdAt: toInstant(createdAt),
  };
}

export function toReconciliation(report: Reconciliation): z.output<typeof reconciliationShape> {
  const { id, checked, dryRun, differences } = report;
  return {
    id,
    from: toInstant(report.from),
    to: toInstant(report.to),
    startedAt: toInstant(report.startedAt),
    finishedAt: toInstant(report.finishedAt),
    dryRun,
    checked,
    differences: differences.map(({ intentId: paymentId, ours, theirs, ...difference }) => ({
      ...difference,
      paymentId,
      ...(ours !== undefined && { ours: toDecimal(ours) }),
      ...(theirs !== undefined && { theirs: toDecimal(theirs) }),
      currency: (ours ?? theirs)?.currency,
    })),
  };
}
