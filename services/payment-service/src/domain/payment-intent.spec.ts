import { Money } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { beginCapture, type PaymentIntent, settled, withdrawn } from './payment-intent.js';
import type { ProviderIntent } from './provider-intent.js';

const amount = Money.of(2_499n, 'USD');
const nothing = Money.zero('USD');

const intent = (over: Partial<PaymentIntent> = {}): PaymentIntent => ({
  id: 'intent',
  provider: 'sandbox',
  providerIntentId: 'pi',
  userId: 'user',
  orderId: 'order',
  amount,
  status: 'PROCESSING',
  clientSecret: 'secret',
  captured: nothing,
  refunded: nothing,
  declineCode: undefined,
  attempt: 2,
  customerId: undefined,
  openedForCustomer: false,
  authorized: false,
  version: 0,
  createdAt: new Date(0),
  ...over,
});

const told = (over: Partial<ProviderIntent>): ProviderIntent => ({
  id: 'pi',
  reference: 'intent',
  clientSecret: 'secret',
  status: 'succeeded',
  captured: amount,
  ...over,
});

describe('settled', () => {
  it.each(['PENDING', 'PROCESSING', 'FAILED'] as const)(
    'believes that money was taken, also from %s',
    (status) => {
      expect(settled(intent({ status }), told({}))).toEqual(
        intent({ status: 'SUCCEEDED', captured: amount, declineCode: undefined }),
      );
    },
  );

  it('leaves a captured payment alone, whatever comes late', () => {
    const captured = intent({ status: 'SUCCEEDED', captured: amount });

    expect(settled(captured, told({}))).toBe(captured);
    expect(settled(captured, told({ status: 'declined', declineCode: 'card_declined' }))).toBe(captured);
  });

  it('takes a decline for the try it answers only', () => {
    const decline = told({ status: 'declined', captured: nothing, declineCode: 'insufficient_funds' });

    expect(settled(intent(), decline, 1)).toEqual(intent());
    expect(settled(intent(), decline, 2)).toMatchObject({
      status: 'FAILED',
      declineCode: 'insufficient_funds',
    });
  });

  it('does not pass over money taken of a cancelled payment', () => {
    expect(() => settled(intent({ status: 'CANCELLED' }), told({}))).toThrowError(
      'after it had cancelled it',
    );
  });

  it('refuses another amount than asked for', () => {
    expect(() => settled(intent(), told({ captured: Money.of(1n, 'USD') }))).toThrowError('another amount');
  });
});

describe('beginCapture', () => {
  it('goes on with the same try and refuses another one while it is under way', () => {
    const processing = intent();

    expect(beginCapture(processing, 'order', 2)).toBe(processing);
    expect(() => beginCapture(processing, 'order', 3)).toThrowError(
      expect.objectContaining({ code: 'REQUEST_IN_PROGRESS' }),
    );
  });

  it('repeats the decline of a try that failed, and lets the next number try again', () => {
    const failed = intent({ status: 'FAILED', declineCode: 'card_declined' });

    expect(() => beginCapture(failed, 'order', 2)).toThrowError(
      expect.objectContaining({ code: 'PAYMENT_DECLINED', details: { declineCode: 'card_declined' } }),
    );
    expect(beginCapture(failed, 'order', 3)).toEqual(intent({ attempt: 3 }));
  });

  it('makes a withdrawn try again under its own number', () => {
    expect(beginCapture(withdrawn(intent()), 'order', 2)).toEqual(intent());
  });

  it('charges for the order that claimed the payment, and for no other', () => {
    expect(() => beginCapture(intent(), 'another', 2)).toThrowError(
      expect.objectContaining({ code: 'PAYMENT_INTENT_USED' }),
    );
    expect(() => beginCapture(intent({ orderId: undefined, status: 'PENDING' }), 'order', 1)).toThrowError(
      expect.objectContaining({ code: 'INVALID_TRANSITION' }),
    );
  });
});
