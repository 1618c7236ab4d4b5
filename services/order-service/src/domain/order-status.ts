import { defineStateMachine } from '@vici/utils/domain';

/** Where an order stands; the names are those of the contract. */
export const ORDER_STATUSES = [
  'PENDING',
  'PROCESSING',
  'PAYMENT_PENDING',
  'PAYMENT_FAILED',
  'CONFIRMED',
  'PREPARING',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
  'REFUNDED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** The allowed life of an order. Only what has not left the warehouse can be cancelled. */
export const orderStatusMachine = defineStateMachine<OrderStatus>('order', {
  PENDING: ['PAYMENT_PENDING', 'CANCELLED'],
  PAYMENT_PENDING: ['PROCESSING', 'PAYMENT_FAILED', 'CONFIRMED', 'CANCELLED'],
  PAYMENT_FAILED: ['PAYMENT_PENDING', 'CANCELLED'],
  PROCESSING: ['CONFIRMED'],
  CONFIRMED: ['PREPARING', 'SHIPPED', 'CANCELLED', 'REFUNDED'],
  PREPARING: ['SHIPPED', 'CANCELLED', 'REFUNDED'],
  SHIPPED: ['DELIVERED', 'REFUNDED'],
  DELIVERED: ['REFUNDED'],
  CANCELLED: [],
  REFUNDED: [],
});
