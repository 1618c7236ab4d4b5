import { Injectable } from '@nestjs/common';
import { remainingMs } from '@vici/utils';
import { DomainError } from '@vici/utils/domain';
import { isSettled, type SagaOutcome, type SagaRecord } from '../../domain/saga-record.js';
import { CheckoutSagaRepository } from '../ports/checkout-saga.repository.js';
import { CheckoutSaga } from './checkout.saga.js';

const DEFAULT_PATIENCE_MS = 10_000;
/** Kept back from the caller's deadline so that the answer still arrives. */
const ANSWER_MARGIN_MS = 150;
/** Pauses between looks grow: an upstream that is down must not turn every waiting shopper into load on the database. */
const FIRST_POLL_MS = 50;
const SLOWEST_POLL_MS = 400;

/** Waits for a checkout on behalf of a caller, and tells the caller how it ended. */
@Injectable()
export class CheckoutCompletion {
  constructor(
    private readonly saga: CheckoutSaga,
    private readonly sagas: CheckoutSagaRepository,
  ) {}

  /**
   * Drives the saga, or waits for who does, until `reached`.
   * @throws DomainError REQUEST_IN_PROGRESS with `details.orderId` when the caller's time is up before; the saga
   * goes on without the caller
   */
  async wait(saga: SagaRecord, reached: (saga: SagaRecord) => boolean = isSettled): Promise<SagaRecord> {
    const giveUpAt = Date.now() + Math.max(0, (remainingMs() ?? DEFAULT_PATIENCE_MS) - ANSWER_MARGIN_MS);
    let current = saga;
    for (let poll = FIRST_POLL_MS; ; poll = Math.min(poll * 2, SLOWEST_POLL_MS)) {
      if (reached(current)) {
        return current;
      }
      const left = giveUpAt - Date.now();
      if (left <= 0) {
        throw unfinished(current);
      }
      const rested = await within(this.saga.run(saga.id), left);
      current = rested ?? (await this.sagas.find(saga.id)) ?? current;
      if (!reached(current)) {
        await within(undefined, Math.max(0, Math.min(poll, giveUpAt - Date.now())));
      }
    }
  }
}

/** @throws DomainError the checkout's own failure, or PAYMENT_INTENT_USED when its order was cancelled */
export function requireNotUndone(saga: SagaRecord): void {
  if (saga.outcome !== undefined) {
    throw undoneError(saga, saga.outcome);
  }
}

function undoneError({ orderId }: SagaRecord, { error }: SagaOutcome): DomainError {
  return error === undefined
    ? new DomainError('PAYMENT_INTENT_USED', 'The order of this payment was cancelled.', { orderId })
    : new DomainError(error.code, error.message, error.details);
}

/** Why nothing better can be said yet: a refusal that is known already, else that work goes on. */
function unfinished(saga: SagaRecord): DomainError {
  const { orderId, outcome } = saga;
  return outcome?.error !== undefined
    ? undoneError(saga, outcome)
    : new DomainError('REQUEST_IN_PROGRESS', 'This order is being processed.', { orderId });
}

/** The promise's value, or undefined when the time passes first. */
function within<T>(promise: Promise<T> | undefined, milliseconds: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds);
    promise?.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
