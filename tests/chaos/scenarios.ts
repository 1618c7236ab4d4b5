/** The steps of the checkout, in their order. */
export const STEPS = [
  'claim-intent',
  'reserve-stock',
  'redeem-promotions',
  'create-order',
  'capture-payment',
  'commit-stock',
  'confirm-order',
  'clear-cart',
] as const;

/** Where the checkout of a good card passes. */
export const FORWARD: readonly string[] = STEPS.flatMap((step) => [
  `order.saga.before-${step}`,
  `order.saga.after-${step}`,
]);

/** Where a declined checkout passes on its way back. */
export const DECLINE: readonly string[] = [
  'order.saga.before-undo-redeem-promotions',
  'order.saga.after-undo-redeem-promotions',
  'order.saga.before-undo-reserve-stock',
  'order.saga.after-undo-reserve-stock',
  'order.saga.before-settle',
  'order.saga.after-settle',
];

/** Where the cancelling of a confirmed order passes. */
export const CANCEL: readonly string[] = [
  'order.saga.before-undo-commit-stock',
  'order.saga.after-undo-commit-stock',
  'order.saga.before-undo-capture-payment',
  'order.saga.after-undo-capture-payment',
  'order.saga.before-undo-redeem-promotions',
  'order.saga.after-undo-redeem-promotions',
  'order.saga.before-settle',
  'order.saga.after-settle',
];

/** Who can die. */
export const SERVICES = [
  'gateway',
  'auth',
  'user',
  'product',
  'inventory',
  'cart',
  'order',
  'payment',
  'recommendation',
  'event',
  'notification',
] as const;
export type Victim = (typeof SERVICES)[number];

/** Points of the payment and the events themselves, at which a service dies by its own doing. */
export const OWN_POINTS: readonly (readonly [Victim, string])[] = [
  ['payment', 'payment.before-provider'],
  ['payment', 'payment.after-provider'],
  ['payment', 'payment.webhook-applied'],
  ['payment', 'outbox.published'],
  ['order', 'outbox.published'],
  ['order', 'event.committed'],
  ['inventory', 'inventory.stock-locked'],
  ['event', 'event.handled'],
  ['notification', 'event.handled'],
];
