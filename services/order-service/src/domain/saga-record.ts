import { DomainError, ERROR_TABLE, type ErrorCode, type ErrorDetails, type Id } from '@vici/utils/domain';
import type { ItemQuantity } from './item-quantity.js';
import type { OrderContent } from './order-content.js';

/** The steps of a checkout, in the order in which they are done. */
export const CHECKOUT_STEPS = [
  'claim-intent',
  'reserve-stock',
  'redeem-promotions',
  'create-order',
  'capture-payment',
  'commit-stock',
  'confirm-order',
  'clear-cart',
] as const;
export type StepName = (typeof CHECKOUT_STEPS)[number];

/**
 * running: doing steps · compensating: undoing them · awaiting_retry: the shopper may try again until the
 * deadline · completed: the order is confirmed · cancelled: everything is undone.
 */
export const SAGA_STATES = ['running', 'compensating', 'awaiting_retry', 'completed', 'cancelled'] as const;
export type SagaState = (typeof SAGA_STATES)[number];

/** A domain error that is told again to whoever asks for the outcome. */
export interface FailureRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/**
 * Why a checkout is undone. declined: the payment failed, another method may work · rejected: it could not even be
 * tried · cancelled: for good.
 */
export interface SagaOutcome {
  readonly kind: 'declined' | 'rejected' | 'cancelled';
  readonly reason: string;
  readonly by: string;
  readonly error?: FailureRecord;
}

/** Somebody's wish to cancel, noted while the saga may be busy. */
export interface CancelRequest {
  readonly reason: string;
  readonly by: string;
}

/** What one try at paying needs to survive a crash. */
export interface CheckoutContext {
  readonly content: OrderContent;
  /** The promotions that are priced in. */
  readonly promotionIds: readonly string[];
  /** Idempotency key of the call that began this try. */
  readonly attemptKey?: string;
}

/** A checkout in flight or ended, as it is stored. */
export interface SagaRecord {
  readonly id: Id<'CheckoutSaga'>;
  readonly orderId: Id<'Order'>;
  readonly paymentIntentId: string;
  readonly userId: string;
  readonly state: SagaState;
  /** Number of the shopper's try at paying, from 1. */
  readonly attempt: number;
  readonly doneSteps: readonly StepName[];
  /** Failures in a row of the present step. */
  readonly failures: number;
  readonly lastError?: string;
  readonly context: CheckoutContext;
  /** Units that were not on the shelf when they were set aside. */
  readonly backordered: readonly ItemQuantity[];
  readonly outcome?: SagaOutcome;
  readonly cancelRequest?: CancelRequest;
  /** The payment service told of the money without being asked. */
  readonly paid: boolean;
  /** The time to pay has passed. */
  readonly overdue: boolean;
  readonly refundId?: string;
}

/** Whether the step is done and not undone. */
export function isDone(saga: SagaRecord, step: StepName): boolean {
  return saga.doneSteps.includes(step);
}

/** The record with these steps done as well: the one under way has not failed any more. */
export function withDone(saga: SagaRecord, steps: readonly StepName[]): SagaRecord {
  const done = new Set([...saga.doneSteps, ...steps]);
  return { ...saga, doneSteps: CHECKOUT_STEPS.filter((step) => done.has(step)), failures: 0 };
}

/** The record with these steps undone. */
export function withoutDone(saga: SagaRecord, steps: readonly StepName[]): SagaRecord {
  return { ...saga, doneSteps: saga.doneSteps.filter((step) => !steps.includes(step)) };
}

/** The first step not done yet. */
export function nextStep(saga: SagaRecord): StepName | undefined {
  return CHECKOUT_STEPS.find((step) => !isDone(saga, step));
}

/** What the shop holds for an order only while it is being paid. */
const HELD: readonly StepName[] = ['reserve-stock', 'redeem-promotions'];

/**
 * The last done step that has to be undone. After a decline or a rejection the stock and the uses of promotions go
 * back: the claim on the intent and the order stay for the next try.
 */
export function nextStepToUndo(saga: SagaRecord): StepName | undefined {
  return [...CHECKOUT_STEPS]
    .reverse()
    .filter((step) => saga.outcome?.kind === 'cancelled' || HELD.includes(step))
    .find((step) => isDone(saga, step));
}

/** The order is confirmed: what is left cannot fail the checkout any more. */
export function isConfirmed(saga: SagaRecord): boolean {
  return saga.state === 'completed' || (saga.state === 'running' && isDone(saga, 'confirm-order'));
}

/** Whether a caller can be told how it ended. */
export function isSettled(saga: SagaRecord): boolean {
  return isConfirmed(saga) || saga.state === 'awaiting_retry' || saga.state === 'cancelled';
}

/** The same call may have worked or work later: neither success nor refusal is known. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof DomainError)) {
    return true;
  }
  const conflicts: readonly ErrorCode[] = [
    'INTERNAL',
    'CONFLICT',
    'VERSION_MISMATCH',
    'UNAUTHENTICATED',
    'FORBIDDEN',
  ];
  return ERROR_TABLE[error.code].retryable || conflicts.includes(error.code);
}

/** The shopper has not paid in time. */
export const EXPIRED: SagaOutcome = {
  kind: 'cancelled',
  reason: 'payment not finished in time',
  by: 'system',
};

/** Why a running checkout turns back, if it does. */
export function reasonToUndo(saga: SagaRecord): SagaOutcome | undefined {
  if (saga.cancelRequest !== undefined) {
    return { kind: 'cancelled', ...saga.cancelRequest };
  }
  const unpaid = !saga.paid && !isDone(saga, 'capture-payment');
  return saga.overdue && unpaid ? EXPIRED : undefined;
}

/** What a refused step means for the checkout. Captured money is never kept without an order. */
export function outcomeOfFailure(saga: SagaRecord, step: StepName, error: DomainError): SagaOutcome {
  const failure = failureRecord(error, saga.orderId);
  if (isDone(saga, 'capture-payment')) {
    return {
      kind: 'cancelled',
      reason: `${error.message} The payment is refunded.`,
      by: 'system',
      error: failure,
    };
  }
  const kind = step === 'capture-payment' ? 'declined' : 'rejected';
  return { kind, reason: error.message, by: 'system', error: failure };
}

function failureRecord(error: DomainError, orderId: string): FailureRecord {
  return { code: error.code, message: error.message, details: { ...error.details, orderId } };
}
