import { createEvent, type EventData } from '@vici/events';
import { newId } from '@vici/utils';

const money = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
/** An order of one of each product that has been confirmed. */
export const confirmed = (userId: string, productIds: string[]) => {
  const order: EventData<'order.confirmed'>['order'] = {
    orderId: newId(),
    number: 'V-1',
    userId,
    email: 'ada@example.com',
    status: 'CONFIRMED',
    items: productIds.map((productId) => ({
      orderItemId: newId(),
      productId,
      sku: 'X',
      name: 'X',
      image: '',
      quantity: 1,
      unitPrice: money(100),
      totalPrice: money(100),
    })),
    subtotal: money(100),
    shipping: money(0),
    tax: money(0),
    discount: money(0),
    total: money(100),
    shippingAddress: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      addressLine1: '12 St James Square',
      city: 'London',
      state: '',
      postalCode: 'SW1Y 4JH',
      country: 'GB',
    },
    placedAt: '2026-03-01T09:00:00.000Z',
  };
  const data = { occurredAt: '2026-03-01T10:00:00.000Z', order };
  return createEvent('order.confirmed', { subject: order.orderId, data });
};

/** A profile that has changed. */
export const renamed = (userId: string, firstName: string, lastName: string, at: string, avatar?: string) =>
  createEvent('user.updated', {
    subject: userId,
    time: new Date(at),
    data: {
      userId,
      firstName,
      lastName,
      ...(avatar !== undefined && { avatar }),
      emailNotifications: true,
      smsNotifications: false,
      marketingEmails: false,
      language: 'en',
      currency: 'USD',
    },
  });
