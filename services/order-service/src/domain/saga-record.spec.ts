import { DomainError, Money, newId } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import {
  isSettled,
  isTransient,
  nextStep,
  nextStepToUndo,
  outcomeOfFailure,
  type SagaRecord,
  type StepName,
} from './saga-record.js';

const zero = Money.zero('USD');
const postal = {
  firstName: '',
  lastName: '',
  addressLine1: '',
  city: '',
  state: '',
  postalCode: '',
  country: 'US',
  phone: '',
};

function saga(doneSteps: StepName[], over: Partial<SagaRecord> = {}): SagaRecord {
  const amounts = { subtotal: zero, shipping: zero, tax: zero, discount: zero, total: zero };
  const terms = { ...amounts, shippingMethod: 'standard', taxIncluded: false };
  return {
    id: newId(),
    orderId: newId(),
    paymentIntentId: newId(),
    userId: newId(),
    state: 'running',
    attempt: 1,
    doneSteps,
    failures: 0,
    context: {
      promotionIds: [],
      content: { ...terms, lines: [], shippingAddress: { id: '', postal }, email: '', paymentMethod: '' },
    },
    backordered: [],
    paid: false,
    overdue: false,
    ...over,
  };
}

describe('the steps of a checkout', () => {
  it('are done in order, skipping what is done already', () => {
    expect(nextStep(saga([]))).toBe('claim-intent');
    expect(nextStep(saga(['claim-intent', 'capture-payment']))).toBe('reserve-stock');
    const captured: StepName[] = ['claim-intent', 'reserve-stock', 'redeem-promotions', 'create-order'];
    expect(nextStep(saga([...captured, 'capture-payment']))).toBe('commit-stock');
  });

  it('are undone backwards; after a decline only the stock and the uses of promotions go back', () => {
    const done: StepName[] = ['claim-intent', 'reserve-stock', 'redeem-promotions', 'create-order'];
    const outcome = { reason: '', by: 'system' };
    expect(nextStepToUndo(saga(done, { outcome: { ...outcome, kind: 'cancelled' } }))).toBe('create-order');
    const declined = { outcome: { ...outcome, kind: 'declined' } } as const;
    expect(nextStepToUndo(saga(done, declined))).toBe('redeem-promotions');
    const released = done.filter((step) => step !== 'redeem-promotions');
    expect(nextStepToUndo(saga(released, declined))).toBe('reserve-stock');
    expect(
      nextStepToUndo(saga(['claim-intent'], { outcome: { ...outcome, kind: 'declined' } })),
    ).toBeUndefined();
  });

  it('that are refused after the charge end the order for good; before it the shopper may try again', () => {
    const short = new DomainError('INSUFFICIENT_STOCK', 'Gone.', { lines: [] });
    expect(outcomeOfFailure(saga(['claim-intent']), 'reserve-stock', short).kind).toBe('rejected');
    expect(outcomeOfFailure(saga(['claim-intent', 'capture-payment']), 'reserve-stock', short)).toMatchObject(
      {
        kind: 'cancelled',
        error: { code: 'INSUFFICIENT_STOCK', details: { lines: [], orderId: expect.any(String) } },
      },
    );
    const declined = new DomainError('PAYMENT_DECLINED', 'Declined.');
    expect(outcomeOfFailure(saga([]), 'capture-payment', declined).kind).toBe('declined');
  });

  it('are settled for the shopper once the order is confirmed, before the cart is cleared', () => {
    const paid: StepName[] = [
      'claim-intent',
      'reserve-stock',
      'redeem-promotions',
      'create-order',
      'capture-payment',
      'commit-stock',
    ];
    expect(isSettled(saga(paid))).toBe(false);
    expect(isSettled(saga([...paid, 'confirm-order']))).toBe(true);
    expect(isSettled(saga([...paid, 'confirm-order'], { state: 'compensating' }))).toBe(false);
  });
});

describe('isTransient', () => {
  it('takes for certain only what a service has refused in so many words', () => {
    expect(
      (['INSUFFICIENT_STOCK', 'PAYMENT_DECLINED', 'NOT_FOUND'] as const).map((code) =>
        isTransient(error(code)),
      ),
    ).toEqual([false, false, false]);
    expect(
      (['SERVICE_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL'] as const).map((code) =>
        isTransient(error(code)),
      ),
    ).toEqual([true, true, true]);
    expect(isTransient(new TypeError('bug'))).toBe(true);
  });
});

function error(code: DomainError['code']): DomainError {
  return new DomainError(code, code);
}
