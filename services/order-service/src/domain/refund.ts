import type { Id, Money } from '@vici/utils/domain';
import type { ItemQuantity } from './item-quantity.js';

export const REFUND_STATUSES = ['PENDING', 'SUCCEEDED', 'FAILED'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** Money that is given back for an order that stands. Pending: it is on its way, and tried until it is through. */
export interface Refund {
  readonly id: Id<'Refund'>;
  readonly orderId: string;
  readonly amount: Money;
  readonly reason: string;
  /** Role of who asked for it. */
  readonly requestedBy: string;
  readonly status: RefundStatus;
  /** Units that go back on the shelf with it. */
  readonly restock: readonly ItemQuantity[];
  readonly returnId?: string;
  /** Idempotency key of the call that asked for it. */
  readonly requestKey?: string;
  /** Failures in a row. */
  readonly failures: number;
  readonly lastError?: string;
  readonly createdAt: Date;
}

/** Whether money of the order is on its way back. */
export function hasPending(refunds: readonly Refund[]): boolean {
  return refunds.some(({ status }) => status === 'PENDING');
}

/** What is on its way back. */
export function pendingAmount(refunds: readonly Refund[], zero: Money): Money {
  return refunds
    .filter(({ status }) => status === 'PENDING')
    .reduce((sum, { amount }) => sum.add(amount), zero);
}

/** Units that were put back on the shelf with a refund, or are about to be. */
export function restockedUnits(refunds: readonly Refund[]): ItemQuantity[] {
  return refunds.filter(({ status }) => status !== 'FAILED').flatMap(({ restock }) => restock);
}
