import { Money, newId } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { Order } from './order.entity.js';
import type { OrderContent } from './order-content.js';
import { formatOrderNumber } from './order-number.js';
import { ORDER_STATUSES, type OrderStatus, orderStatusMachine } from './order-status.js';

const AT = new Date('2026-05-04T10:00:00Z');
const zero = Money.zero('USD');
const content: OrderContent = {
  lines: [],
  subtotal: zero,
  shipping: zero,
  shippingMethod: 'standard',
  tax: zero,
  taxIncluded: false,
  discount: zero,
  total: zero,
  shippingAddress: {
    id: newId(),
    postal: {
      firstName: 'Ada',
      lastName: 'Byron',
      addressLine1: '1 Main St',
      city: 'Springfield',
      state: 'IL',
      postalCode: '62701',
      country: 'US',
      phone: '',
    },
  },
  email: 'ada@example.com',
  paymentMethod: 'pm_card_visa',
};
const place = () =>
  Order.place({ id: newId(), number: 'VIC-2026-000001', userId: newId(), content, paymentId: newId() }, AT);
const inStatus = (status: OrderStatus) => Order.restore({ ...place().state, status });

describe('an order', () => {
  it('waits for its payment when placed, and notes every step of its life', () => {
    const order = place();
    order.failPayment(AT);
    order.retryPayment({ ...content, paymentMethod: 'pm_other' }, AT);
    order.confirm(AT);
    order.cancel('changed my mind', 'customer', AT);
    expect(order.newHistory.map(({ status, updatedBy }) => [status, updatedBy])).toEqual([
      ['PAYMENT_PENDING', 'customer'],
      ['PAYMENT_FAILED', 'order-service'],
      ['PAYMENT_PENDING', 'customer'],
      ['CONFIRMED', 'order-service'],
      ['CANCELLED', 'customer'],
    ]);
    expect(order.state).toMatchObject({
      status: 'CANCELLED',
      version: 5,
      content: { paymentMethod: 'pm_other' },
    });
  });

  it('can be cancelled only before it has left the warehouse', () => {
    const cancellable = ORDER_STATUSES.filter((status) => inStatus(status).isCancellable);
    expect(cancellable).toEqual(['PENDING', 'PAYMENT_PENDING', 'PAYMENT_FAILED', 'CONFIRMED', 'PREPARING']);
    expect(() => inStatus('SHIPPED').cancel('late', 'customer', AT)).toThrowError(
      expect.objectContaining({ code: 'INVALID_TRANSITION' }),
    );
  });

  it('is packed, shipped and delivered, and said twice nothing changes', () => {
    const order = inStatus('CONFIRMED');
    const tracking = { trackingNumber: 'T1', carrier: 'Post', url: 'https://post.example/T1' };
    expect(order.advance({ status: 'PREPARING' }, 'admin', AT)).toBe(true);
    expect(() => order.advance({ status: 'DELIVERED' }, 'admin', AT)).toThrowError(
      expect.objectContaining({ code: 'INVALID_TRANSITION' }),
    );
    expect(order.advance({ status: 'SHIPPED', tracking }, 'admin', AT)).toBe(true);
    expect(order.advance({ status: 'SHIPPED' }, 'admin', AT)).toBe(false);
    expect(order.advance({ status: 'DELIVERED', note: 'left at the door' }, 'admin', AT)).toBe(true);
    expect(order.state).toMatchObject({
      status: 'DELIVERED',
      version: 4,
      tracking: { ...tracking, shippedAt: AT },
    });
    expect(order.newHistory.map(({ status, note }) => [status, note])).toEqual([
      ['PREPARING', 'The order is being packed'],
      ['SHIPPED', 'Handed to the carrier'],
      ['DELIVERED', 'left at the door'],
    ]);
  });

  it('gives back in parts what was paid, never more, and is refunded with the last one', () => {
    const usd = (minor: number) => Money.of(minor, 'USD');
    const order = Order.restore({ ...inStatus('SHIPPED').state, content: { ...content, total: usd(1_000) } });
    order.refund(usd(400), 'scratched', 'admin', AT);
    expect([order.state.status, order.state.refunded.minor, order.refundable.minor]).toEqual([
      'SHIPPED',
      400n,
      600n,
    ]);
    expect(() => order.refund(usd(601), 'lost', 'admin', AT)).toThrowError(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
    order.refund(usd(600), 'lost', 'admin', AT);
    expect([order.state.status, order.refundable.minor]).toEqual(['REFUNDED', 0n]);
    expect(order.newHistory.map(({ status, note }) => [status, note])).toEqual([
      ['SHIPPED', 'Refunded 4.00 USD: scratched'],
      ['REFUNDED', 'Refunded 6.00 USD: lost'],
    ]);
  });

  it('that was never paid has nothing to give back', () => {
    for (const status of ['PAYMENT_PENDING', 'PAYMENT_FAILED', 'CANCELLED', 'REFUNDED'] as const) {
      expect(inStatus(status).refundable.isZero()).toBe(true);
    }
  });

  it('is not confirmed without a payment that is pending', () => {
    for (const status of ['PENDING', 'PAYMENT_FAILED', 'CONFIRMED', 'SHIPPED', 'CANCELLED'] as const) {
      const order = inStatus(status);
      expect(() => order.confirm(AT)).toThrowError(expect.objectContaining({ code: 'INVALID_TRANSITION' }));
      expect(order.newHistory).toEqual([]);
    }
  });

  it('ends as cancelled or refunded', () => {
    expect(ORDER_STATUSES.filter((status) => orderStatusMachine.isFinal(status))).toEqual([
      'CANCELLED',
      'REFUNDED',
    ]);
  });
});

describe('formatOrderNumber', () => {
  it('pads to six digits and grows past them', () => {
    expect(formatOrderNumber(2026, 123)).toBe('VIC-2026-000123');
    expect(formatOrderNumber(2026, 1_234_567)).toBe('VIC-2026-1234567');
  });
});
